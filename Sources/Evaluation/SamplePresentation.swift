public import Metrics

/// A benchmark whose samples show more than question, references and answer: boxes on the image,
/// several rows that count as one, options, or a whole page's text to compare.
///
/// A benchmark says so in its own folder (`X+Page.swift`); what shows it knows no benchmark by name.
public protocol SamplePresenting: Benchmark {
  /// What a reader sees of a sample whatever was answered.
  func presentation(of sample: Sample) -> SamplePresentation

  /// The boxes that an answer names, read as `profile` reads them, in parts of the image.
  func boxes(in answer: String, to sample: Sample, profile: Profile) -> [BoundingBox]

  /// How the rows of one group make one score; nil where every row counts alone.
  var groupScoring: GroupScoring? { get }

  /// Whether answers are long texts that are best read beside their reference, with the differing
  /// words marked.
  var comparesWholeTexts: Bool { get }
}

extension SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    SamplePresentation(facetsOf: sample)
  }
  public func boxes(in answer: String, to sample: Sample, profile: Profile) -> [BoundingBox] { [] }
  public var groupScoring: GroupScoring? { nil }
  public var comparesWholeTexts: Bool { false }
}

/// How several rows count as one.
public enum GroupScoring: String, Sendable {
  /// 1 if every row is right, else 0: MMBench's rotations.
  case all
  /// The mean of the rows: MME's pairs.
  case mean
}

/// What a reader sees of a sample beside question, references and answer.
public struct SamplePresentation: Sendable, Equatable {
  /// A property by which samples are filtered: `category`, `split` ...
  public struct Facet: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A sample may have several of one name: DocVQA's questions have several types.
  public var facets: [Facet]
  /// Equal for the rows that count as one; nil for a row that counts alone.
  public var group: String?
  /// The question without what only programs read in it; nil where it is shown as it stands.
  public var question: String?
  /// The options of a multiple choice question, in order.
  public var choices: [(letter: String, text: String)]
  /// The boxes that would be right, in parts of the image.
  public var referenceBoxes: [BoundingBox]

  public init(
    facets: [Facet] = [], group: String? = nil, choices: [(letter: String, text: String)] = [],
    referenceBoxes: [BoundingBox] = []
  ) {
    self.facets = facets
    self.group = group
    self.choices = choices
    self.referenceBoxes = referenceBoxes
  }

  /// The facets `split` and `category` as far as the sample's metadata have them, and those under
  /// other names that a benchmark gives.
  /// - Parameter names: keys of the metadata with the names that are shown
  public init(facetsOf sample: Sample, _ names: [(key: String, name: String)] = []) {
    let known = [("split", "split"), ("category", "category")] + names.map { ($0.key, $0.name) }
    self.init(
      facets: known.flatMap { key, name -> [Facet] in
        guard let value = sample.metadata[key] else { return [] }
        let texts = value.arrayValue?.compactMap(\.stringValue) ?? [value.stringValue ?? ""]
        return texts.filter { !$0.isEmpty }.map { Facet(name, $0) }
      })
  }

  public static func == (a: SamplePresentation, b: SamplePresentation) -> Bool {
    a.facets == b.facets && a.group == b.group && a.question == b.question
      && a.referenceBoxes == b.referenceBoxes
      && a.choices.elementsEqual(b.choices) { $0 == $1 }
  }
}
