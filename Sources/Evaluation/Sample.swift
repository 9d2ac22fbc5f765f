import DataFormats

/// One question of a benchmark.
public struct Sample: Sendable {
  /// Stable across formats of the same data wherever the data has ids of its own.
  public var id: String
  /// The images in the order in which they are sent; empty for a question about none.
  public var images: [ImageReference]
  public var question: String
  /// The accepted answers as stored; empty where the split has none.
  public var references: [String]
  /// What the benchmark's aggregates need: split, category, type ...
  public var metadata: [String: JSONValue]
  /// What a file of answers says that the answer to this question is worth, in place of any rules;
  /// nil nearly always.
  public var verdict: Double?

  public init(
    id: String, image: ImageReference?, question: String, references: [String],
    metadata: [String: JSONValue] = [:]
  ) {
    self.init(
      id: id, images: image.map { [$0] } ?? [], question: question, references: references,
      metadata: metadata)
  }

  public init(
    id: String, images: [ImageReference], question: String, references: [String],
    metadata: [String: JSONValue] = [:]
  ) {
    self.id = id
    self.images = images
    self.question = question
    self.references = references
    self.metadata = metadata
  }

  /// Whether an answer can be right or wrong: a split to submit has no accepted answers.
  public var isScorable: Bool { verdict != nil || references.contains { !$0.isEmpty } }

  /// The image of a question about one, the first of several; nil for a question about none.
  public var image: ImageReference? { images.first }

  /// The key of ``metadata`` under which a question says whether it has an image at all.
  public static let imageKey = "has_image"

  /// Whether the data say that the question has no image, as part of ScienceQA's have none.
  public var isTextAlone: Bool { metadata[Self.imageKey] == .bool(false) }

  /// Equal for samples about the same images in the same order; nil for a question about none.
  public var imageIdentity: String? { images.identity }
}

extension Sequence<Sample> {
  /// Whether a score over these says anything: one of them can be right or wrong, or there is none
  /// yet. Whoever shows figures asks this first, and says where there is nothing to score.
  public var areScorable: Bool {
    var isEmpty = true
    for sample in self {
      if sample.isScorable { return true }
      isEmpty = false
    }
    return isEmpty
  }
}

extension [ImageReference] {
  /// Equal for the same images in the same order; of one image, its own; nil for none.
  public var identity: String? {
    isEmpty ? nil : map(\.identity).joined(separator: " + ")
  }
}

/// An image that is read when it is needed, and no sooner.
public struct ImageReference: Sendable {
  /// Equal for samples on the same image, so that the image is paid for once.
  public let identity: String
  /// What messages call it.
  public let name: String
  private let loader: @Sendable () throws -> [UInt8]

  public init(identity: String, name: String, load: @escaping @Sendable () throws -> [UInt8]) {
    self.identity = identity
    self.name = name
    loader = load
  }

  /// The same image under another identity, for folders in which a name alone is not unique.
  public func renamed(_ identity: String) -> ImageReference {
    ImageReference(identity: identity, name: name, load: loader)
  }

  /// The same image, whose bytes are also shown to `observe` whenever they are read.
  func observed(_ observe: @escaping @Sendable ([UInt8]) -> Void) -> ImageReference {
    ImageReference(identity: identity, name: name) { [loader] in
      let bytes = try loader()
      observe(bytes)
      return bytes
    }
  }

  /// The file's bytes.
  public func load() throws -> [UInt8] { try loader() }
}

/// What a model is asked about one sample.
public struct Prompt: Sendable, Equatable {
  /// The user's turn without image markers and without the model's conversation template.
  public var text: String
  public var maximumNewTokens: Int

  public init(text: String, maximumNewTokens: Int) {
    self.text = text
    self.maximumNewTokens = maximumNewTokens
  }
}
