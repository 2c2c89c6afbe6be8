import Models

extension DemoWorld {
    /// A few hours of a web shop's events, and some of the app; staging has none.
    mutating func addEvents() {
        for index in Int64(0)..<60 {
            let person = "u-\(1000 + index % 7)"
            let (name, properties): (String, JSONValue) =
                switch index % 5 {
                case 0: ("purchase", ["amount": JSONValue(10 + index), "currency": index % 2 == 0 ? "EUR" : "USD"])
                case 1: ("signup", ["plan": index % 3 == 0 ? "free" : "team"])
                default: ("$pageview", ["$current_url": .string("https://shop.example.com/item/\(index)?ref=mail"), "$lib": "web"])
                }
            addEvent(project: 1, name, person, secondsAgo: 240 * index + 30, properties)
        }
        for index in Int64(0)..<15 {
            let properties: JSONValue = ["revenue": JSONValue(index * 3), "currency": "USD", "$lib": "ios"]
            addEvent(project: 2, "order", "a-\(index % 4)", secondsAgo: 900 * index + 60, properties)
        }
    }

    private mutating func addEvent(project: Int64, _ name: String, _ person: String, secondsAgo: Int64, _ properties: JSONValue) {
        state.events.append(
            DemoEvent(
                projectID: project, id: rows.uuid(), name: name, distinctID: person, at: now.advanced(bySeconds: -secondsAgo),
                properties: properties))
    }
}
