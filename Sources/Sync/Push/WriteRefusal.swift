import Models

/// A write that must not be made, and why.
package struct WriteRefusal: Error, Sendable, Equatable {
    /// Why a body was not made: it would have damaged something.
    package enum Code: Sendable {
        /// The server shows the mask for a key that its schema does not mask: it may be the text itself, a secret destroyed
        /// earlier. Leaving the key out would delete it; sending it would write a mask.
        case maskOutsideSchema
        /// The outcome would hold the mask text.
        case maskInBody
        /// The outcome would hold a file's descriptor as a value, which shows a file where there is none.
        case descriptorInBody
        /// The secret that was typed is not in its file any more.
        case secretMissing
        /// The contents of an attached file are not in their private file any more.
        case fileMissing
        /// More than the server takes in one form field.
        case tooLarge
    }

    /// Which rule the write would break.
    package let code: Code
    /// The key that it is about; "" for the write as a whole.
    package let key: String
}

extension WriteRefusal {
    func problem(_ step: ConfigStep) -> Problem {
        let subject = step.configID.subject
        return switch code {
        case .maskOutsideSchema:
            Problem(
                .failed, code: "mask-outside-schema", subject: "\(subject) \(key)",
                message: "\(step.title) was not written: its \(key) holds the text of PostHog's mask, but the plugin's schema does"
                    + " not say that it is secret. The real value was lost in an earlier save, or the schema has changed. Give it"
                    + " a value or unset it first.", next: "phsync edit-config \(subject) --unset \(key.shellQuoted)")
        case .maskInBody:
            Problem(
                .failed, code: "mask-in-value", subject: "\(subject) \(key)",
                message: "\(step.title) was not written: \(key) would become the text of PostHog's mask, which destroys a secret.",
                next: "phsync discard \(subject)")
        case .descriptorInBody:
            Problem(
                .failed, code: "descriptor-in-value", subject: "\(subject) \(key)",
                message: "\(step.title) was not written: \(key) has the form in which the instance shows a file. Stored as a value it would"
                    + " look like a file that does not exist.", next: "phsync discard \(subject)")
        case .secretMissing:
            Problem(
                .failed, code: "secret-missing", subject: "\(subject) \(key)",
                message: "\(step.title) was not written: the new value of \(key) is not in its file any more. Type it again.",
                next: "phsync edit-config \(subject) \("\(key)=@-".shellQuoted)")
        case .fileMissing:
            Problem(
                .failed, code: "file-missing", subject: "\(subject) attachment.\(key)",
                message: "\(step.title) was not written: the contents of its new file \(key) are not in the mirror's folder any more."
                    + " Attach it again.", next: "phsync edit-config \(subject) --attach \("\(key)=PATH".shellQuoted)")
        case .tooLarge:
            Problem(
                .failed, code: "too-large", subject: subject,
                message: "\(step.title) was not written: with its edits the config is larger than the 20 MB that the server takes.",
                next: "phsync diff \(subject)")
        }
    }
}
