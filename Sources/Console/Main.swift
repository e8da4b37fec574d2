import Glibc

@main
struct Main {
    static func main() {
        exit(Console.run(Array(CommandLine.arguments.dropFirst())))
    }
}
