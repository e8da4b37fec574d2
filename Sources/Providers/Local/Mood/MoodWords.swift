/// The words that `LocalMood` knows, in English and Spanish: those of the two languages that would mean something else in the other are
/// left out.
struct MoodWords: Sendable {
    static let shared = MoodWords()

    let weights: [String: Double]
    let turning: Set<String>
    let strengthening: Set<String>
    /// What people say who have had enough, between spaces.
    let complaints: [String]

    private init() {
        var weights: [String: Double] = [:]
        for (words, weight) in Self.lists {
            for word in words.split(separator: " ") { weights[String(word)] = weight }
        }
        self.weights = weights
        turning = Set(Self.turning.split(separator: " ").map(String.init))
        strengthening = Set(Self.strengthening.split(separator: " ").map(String.init))
        complaints = Self.complaints.map { " \($0) " }
    }

    private static let lists: [(String, Double)] = [
        (
            """
            good great nice fine glad happy pleased perfect thanks thank helpful lovely cool awesome brilliant appreciate \
            appreciated enjoy enjoyed works worked solved fixed sorted welcome sweet \
            bien bueno buena gracias contento contenta feliz amable útil genial perfecto perfecta agradezco agradable fácil \
            resuelto solucionado encantado encantada
            """, 1
        ),
        (
            """
            excellent wonderful amazing fantastic love loved delighted superb \
            excelente maravilloso maravillosa fantástico fantástica increíble encanta
            """, 2
        ),
        (
            """
            bad wrong problem problems issue issues broken late slow difficult confused confusing annoying annoyed unhappy \
            disappointed disappointing worried worry sad upset trouble failed fails fail missing lost stuck unfortunately sorry \
            damaged expensive delay delayed complaint hurts tired unfair \
            mal malo mala problema problemas roto rota lento lenta difícil confundido confundida molesto molesta triste \
            preocupado preocupada perdido perdida falla falló fallo dañado dañada caro retraso queja injusto
            """, -1
        ),
        (
            """
            terrible awful horrible worst hate hated furious angry outraged ridiculous unacceptable useless pathetic disgusting \
            scam fraud stolen nightmare appalling \
            pésimo pésima odio furioso furiosa enojado enojada enfadado enfadada ridículo ridícula inaceptable inútil asqueroso \
            estafa fraude robado vergüenza
            """, -2
        ),
    ]
    private static let turning =
        "not no never isn't wasn't aren't don't doesn't didn't can't couldn't won't wouldn't haven't hasn't hardly nothing nunca ni tampoco nada"
    private static let strengthening =
        "very really so extremely absolutely completely totally muy tan realmente totalmente completamente"
    private static let complaints = [
        "again and again", "how many times", "third time", "fourth time", "already told", "already said",
        "already explained",
        "keep telling", "keep asking", "keeps happening", "fed up", "sick of", "had enough", "waste of time",
        "wasting my time",
        "speak to a human", "talk to a human", "real person", "your manager", "your supervisor", "cancel my account",
        "unacceptable",
        "ridiculous", "this is useless", "cuántas veces", "tercera vez", "ya le dije", "ya te dije", "ya lo dije",
        "ya expliqué",
        "estoy harto", "estoy harta", "pérdida de tiempo", "una persona real", "su supervisor", "con un humano",
        "cancelar mi cuenta",
    ]
}
