import Loop
import Process
import Providers
import Service
import Store

/// What the realtime process does besides its calls: it writes down what happens in them.
enum RealtimeDuties {
    static func all(_ station: Station, _ settings: RealtimeSettings) async -> Duties {
        let house = station.benches[0]
        // Made where it lives.
        let recording = await Task(executorPreference: house.loop) {
            RecorderService(at: house, in: settings.journal, station.log, station.health)
        }.value
        let figures = LoopGauge(on: house.loop) { recording.figures }
        station.metrics.collect { scrape in
            guard let figures = figures.reading else { return }
            LogSeries.collect(figures.appending, loop: house.loop.name, &scrape)
            figures.recorder.collect(&scrape)
            if let journal = figures.journal { JournalSeen.collect(journal, &scrape) }
        }
        return Duties(services: [
            ServiceGroup.Member("recorder", on: house.loop) { shift in
                figures.start()
                await recording.run(shift)
                figures.stop()
            }
        ])
    }
}
