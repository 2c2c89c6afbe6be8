import Models
import Testing

@testable import CLI

@Suite struct TimeArgumentTests {
    private let now = Timestamp(milliseconds: 1_795_000_000_000)

    private func seconds(_ text: String) -> Int64? {
        do throws(Problem) {
            return (now.milliseconds - (try TimeArgument.moment(text, flag: "--since", now: now)).milliseconds) / 1000
        } catch {
            return nil
        }
    }

    @Test(arguments: [("90s", 90), ("30m", 1800), ("2h", 7200), ("3d", 259_200), ("2w", 1_209_600), ("0s", 0),
        ("2 days ago", 172_800), ("1 hour ago", 3600), ("an hour ago", 3600), ("2h ago", 7200), ("3 Weeks ago", 1_814_400),
    ] as [(String, Int64)])
    func spansCountBackFromNow(text: String, expected: Int64) {
        #expect(seconds(text) == expected)
    }

    @Test(arguments: [
        ("2026-11-17", "2026-11-17T00:00:00.000Z"), ("2026-11-17T09:30", "2026-11-17T09:30:00.000Z"),
        ("2026-11-17 09:30:01.5", "2026-11-17T09:30:01.500Z"), ("2026-11-17T09:30:00+02:00", "2026-11-17T07:30:00.000Z"),
    ])
    func daysAndTimesAreInUTCUnlessTheySayAnotherZone(text: String, expected: String) throws {
        #expect(try TimeArgument.moment(text, flag: "--since", now: now).iso8601 == expected)
    }

    /// It is 11:06:40 then.
    @Test(arguments: [
        ("11:06", "2026-11-18T11:06:00.000Z"), ("14:30", "2026-11-17T14:30:00.000Z"), ("00:00:05", "2026-11-18T00:00:05.000Z"),
        ("today", "2026-11-18T00:00:00.000Z"), ("yesterday", "2026-11-17T00:00:00.000Z"), ("now", "2026-11-18T11:06:40.000Z"),
    ])
    func aTimeOfTheDayIsTheLatestOneThatHasBeen(text: String, expected: String) throws {
        #expect(try TimeArgument.moment(text, flag: "--at", now: now).iso8601 == expected)
    }

    @Test(arguments: ["", "h", "-2h", "2", "2y", "2.5h", "2 days", "x days ago", "2 years ago", "25:00", "9:30", "2026-02-30", "99999999999999999999h", "9999999w"])
    func anythingElseIsRefusedWithTheForms(text: String) {
        let mistake = problem { () throws(Problem) in try TimeArgument.moment(text, flag: "--since", now: now) }
        #expect(mistake?.kind == .usage)
        #expect(mistake?.message.contains("2026-11-20") == true)
    }

    @Test func whatIsLeftIsSaidRoundedUpOnceItIsWorthSaying() {
        #expect(TimeText.left(seconds: 9) == nil)
        #expect(TimeText.left(seconds: 10) == ", less than a minute left")
        #expect(TimeText.left(seconds: 1170) == ", about 20 min left")
        #expect(TimeText.left(seconds: 7204) == ", about 3 h left")
    }
}
