public import Evaluation
public import Metrics

/// What a page shows: runs with all their samples, and what was found about them.
///
/// Runs of one benchmark stand side by side on its page; where there are two or more, the first is
/// what the others are compared with.
public struct PageContents: Sendable {
  public var title: String
  /// One sentence above everything: a verdict.
  public var verdict: PageVerdict?
  public var runs: [PageRun]
  /// Tables of whoever makes the page, above the scores.
  public var tables: [PageTable]
  /// Drawings, such as a history's series.
  public var figures: [PageFigure]
  /// Sentences that a reader must know.
  public var notes: [String]

  public init(
    title: String, runs: [PageRun], verdict: PageVerdict? = nil, tables: [PageTable] = [],
    figures: [PageFigure] = [], notes: [String] = []
  ) {
    self.title = title
    self.runs = runs
    self.verdict = verdict
    self.tables = tables
    self.figures = figures
    self.notes = notes
  }
}

/// A run with its scores under one profile.
public struct PageRun: Sendable {
  public var benchmark: any Benchmark
  public var answers: RunAnswers
  /// Under the profile that the page is for.
  public var scores: RunScores
  /// What the run is called; where nil, the name it was given, or model and method.
  public var name: String?
  /// 95 % intervals of figures by their name, on the scale that papers print.
  public var intervals: [String: ClosedRange<Double>]

  public init(
    _ answers: RunAnswers, benchmark: any Benchmark, profile: Profile, name: String? = nil
  ) {
    self.init(
      answers, benchmark: benchmark,
      scores: RunScores(answers, benchmark: benchmark, profile: profile), name: name)
  }

  /// A run that is scored already.
  public init(
    _ answers: RunAnswers, benchmark: any Benchmark, scores: RunScores, name: String? = nil
  ) {
    self.benchmark = benchmark
    self.answers = answers
    self.scores = scores
    self.name = name
    intervals = PageIntervals.of(scores)
  }
}

/// A sentence with its colour.
public struct PageVerdict: Sendable, Equatable {
  public enum Tone: String, Sendable {
    case good, bad, unclear, neutral
  }

  public var sentence: String
  public var tone: Tone
  /// What stands below it: the reasons, one a line.
  public var details: [String]

  public init(_ sentence: String, tone: Tone, details: [String] = []) {
    self.sentence = sentence
    self.tone = tone
    self.details = details
  }
}

/// A table of texts; all of it is escaped.
public struct PageTable: Sendable, Equatable {
  public struct Column: Sendable, Equatable {
    public var title: String
    /// Set to the right, in digits of one width.
    public var isNumeric: Bool

    public init(_ title: String, isNumeric: Bool = false) {
      self.title = title
      self.isNumeric = isNumeric
    }
  }

  public var title: String
  public var columns: [Column]
  public var rows: [[String]]
  public var notes: [String]
  /// Folded until a reader asks for it.
  public var isFolded: Bool

  public init(
    title: String, columns: [Column], rows: [[String]], notes: [String] = [],
    isFolded: Bool = false
  ) {
    self.title = title
    self.columns = columns
    self.rows = rows
    self.notes = notes
    self.isFolded = isFolded
  }
}

/// An SVG drawing; it is shown as an image, so that nothing in it can run.
public struct PageFigure: Sendable, Equatable {
  public var title: String
  public var svg: String
  public var caption: String

  public init(title: String, svg: String, caption: String = "") {
    self.title = title
    self.svg = svg
    self.caption = caption
  }
}
