/// An error as data: a code that classifies it, a sentence for the user, where it happened and what
/// caused it.
///
/// Every module has one, mostly a ``CodedError`` of its own codes (`ImageError`, `EvaluationError`
/// ...). Nothing but ``render(_:)`` turns errors into text, so that wording is decided in one place.
public protocol LocatedError: Error, Sendable, CustomStringConvertible {
  /// A stable kebab-case word for machines, for example `truncated-image`.
  var codeName: String { get }
  /// One sentence without a final full stop: what is wrong and, where it helps, what to do.
  var message: String { get }
  /// The file, row, sample or tensor that the sentence is about.
  var location: Location? { get }
  /// The error of a lower module that led to this one.
  var cause: (any Error)? { get }
}

extension LocatedError {
  public var cause: (any Error)? { nil }
  public var description: String { render(self) }
}

/// Where an error happened: a file, and a place inside it.
public struct Location: Sendable, Hashable {
  /// The path of the file or folder, as the user gave it where possible.
  public var file: String?
  /// A place inside the file in words: `row 12`, `data[3].question`, `tensor model.norm.weight`,
  /// `sample 24580`.
  public var place: String?

  public init(file: String? = nil, place: String? = nil) {
    self.file = file
    self.place = place
  }
}

/// The one sentence that a user reads for an error: `file: place: message: cause`.
///
/// Causes are appended after a colon; a cause's location is dropped where it repeats the outer one.
/// It is one line and safe to show: names and texts from data in it are escaped
/// (``terminalText(_:keepingLines:)``).
public func render(_ error: any Error) -> String {
  var parts: [String] = []
  var seenFile: String?
  var next: (any Error)? = error
  while let current = next {
    guard let located = current as? any LocatedError else {
      parts.append("\(current)")
      break
    }
    if let file = located.location?.file, file != seenFile {
      parts.append(file)
      seenFile = file
    }
    if let place = located.location?.place { parts.append(place) }
    parts.append(located.message)
    next = located.cause
  }
  return terminalText(parts.joined(separator: ": "))
}
