import DataFormats

/// Anything that answers prompts about images: the ProxyV engine, recorded answers ...
public protocol AnsweringModel: AnyObject {
  /// Who answers; written into the run and compared when it is resumed.
  var identity: ModelIdentity { get }
  /// What a reader of the run should know beside the identity; it need not agree when the run is
  /// resumed.
  var remarks: [String] { get }
  /// What the model's work depends on besides its method, as `efficiency` names it; nil where that
  /// is not known. For the reader, like ``remarks``.
  var architecture: String? { get }

  /// Answers all prompts about one image.
  ///
  /// - Parameter deliver: gets each prompt's index and answer as soon as it is there. An error that
  ///   it throws (a full disk) must be passed on at once.
  /// - Throws: an error of the image or the model; it then holds for every prompt that was not
  ///   delivered.
  func answer(
    _ prompts: [Prompt], about image: ImageReference?,
    deliver: (_ index: Int, _ answer: Answer) throws -> Void) throws

  /// Says which image will be asked about after the next call of ``answer(_:about:deliver:)``, so
  /// that it can be read meanwhile.
  func anticipate(_ image: ImageReference)
}

extension AnsweringModel {
  public var remarks: [String] { [] }
  public var architecture: String? { nil }
  public func anticipate(_ image: ImageReference) {}
}

/// A model that answers questions about several images, all of them before it.
public protocol MultipleImageModel: AnsweringModel {
  /// Answers all prompts about the same images; otherwise as
  /// ``AnsweringModel/answer(_:about:deliver:)``.
  ///
  /// - Parameter images: at least two, in the order of their places before the prompt
  func answer(
    _ prompts: [Prompt], aboutAll images: [ImageReference],
    deliver: (_ index: Int, _ answer: Answer) throws -> Void) throws
}

extension AnsweringModel {
  /// Answers all prompts about no, one or several images.
  /// - Throws: ``EvaluationError`` `several-images` where there are several and the model takes one
  public func answer(
    _ prompts: [Prompt], images: [ImageReference],
    deliver: (_ index: Int, _ answer: Answer) throws -> Void
  ) throws {
    guard images.count > 1 else {
      return try answer(prompts, about: images.first, deliver: deliver)
    }
    guard let model = self as? any MultipleImageModel else {
      throw EvaluationError(
        .severalImages,
        "the question is about \(images.count) images, and a model of this kind"
          + " (\(identity["kind"] ?? "unknown")) is asked about one")
    }
    try model.answer(prompts, aboutAll: images, deliver: deliver)
  }
}

/// What makes two models the same for a run.
public struct ModelIdentity: Sendable, Equatable {
  /// Named properties in order: kind, content hash, method, precision, conversation template ...
  /// all of them must agree when a run is resumed.
  public var properties: [(name: String, value: String)]

  public init(_ properties: [(name: String, value: String)]) { self.properties = properties }

  public subscript(name: String) -> String? { properties.first { $0.name == name }?.value }

  /// What tables call the model: the name of a served one or of one whose answers were imported,
  /// the type of a checkpoint.
  public var name: String? {
    self["served name"] ?? (isImported ? self["name"] : nil) ?? self["type"] ?? self["kind"]
  }

  /// Whether another program answered.
  public var isImported: Bool { self["kind"] == Self.imported }

  /// The kind of a model whose answers another program wrote.
  public static let imported = "imported"

  public static func == (a: ModelIdentity, b: ModelIdentity) -> Bool {
    a.properties.elementsEqual(b.properties) { $0 == $1 }
  }
}
