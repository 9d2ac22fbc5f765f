import PythonText

/// A question of MMMU with the answer that was given.
public struct MMMUQuestion: Sendable {
  /// `validation_Accounting_1`: the subject stands between the split and the number.
  public var id: String
  /// The texts of A, B ... of multiple choice; nil for an open question.
  public var options: [String]?
  /// The right letter, or the accepted answers.
  public var answers: [String]
  public var prediction: String

  public init(id: String, options: [String]?, answers: [String], prediction: String) {
    self.id = id
    self.options = options
    self.answers = answers
    self.prediction = prediction
  }

  /// `Accounting`, `Computer_Science` ...
  public var subject: String {
    id.split(separator: "_").dropFirst().dropLast().joined(separator: "_")
  }
}

/// MMMU's figures. Unread answers of multiple choice are drawn at random with the evaluator's seed
/// and in its order, so that a row's score depends on those before it (docs/metrics-more.md,
/// sections 0.5 and 4).
public struct MMMUSummary: Sendable {
  /// A subject or a domain.
  public struct Group: Sendable {
    public var name: String
    public var subjects: [String] = []
    public var values: [Double]

    public var count: Int { values.count }
    /// nil where no question belongs to it.
    public var accuracy: Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }

  /// Per question in the order given.
  public let scores: [MetricScore]
  /// The letters read or drawn; nil for open questions.
  public let letters: [String?]
  /// Which letters were drawn.
  public let isDrawn: [Bool]
  public let subjects: [Group]
  public let domains: [Group]

  public var values: [Double] { scores.map(\.value) }

  /// The mean over questions.
  public var overall: Double { values.reduce(0, +) / Double(values.count) }

  public init(_ questions: [MMMUQuestion], profile: Profile) {
    let reading = questions.map { question in
      question.options.map {
        MMMUMultipleChoice.letter(prediction: question.prediction, options: $0, profile: profile)
      }
    }
    let isOfficial = profile.evaluator == .official || profile.evaluator == .llava
    // The authors' evaluator goes through the subjects in their alphabetical order.
    let order =
      isOfficial
      ? questions.indices.sorted {
        (questions[$0].subject, $0) < (questions[$1].subject, $1)
      } : Array(questions.indices)
    var random = PythonRandom(seed: isOfficial ? 42 : 0)
    var letters: [String?] = reading.map { $0?.letter }
    var isDrawn = questions.map { _ in false }
    for index in order {
      guard let options = questions[index].options, letters[index] == nil, !options.isEmpty else {
        continue
      }
      letters[index] = OptionLetter.letter(random.below(options.count)).map { String($0) }
      isDrawn[index] = true
    }
    self.letters = letters
    self.isDrawn = isDrawn
    scores = questions.indices.map { index in
      guard let read = reading[index] else {
        return MMMUOpenAnswer.score(
          prediction: questions[index].prediction, answers: questions[index].answers,
          profile: profile)
      }
      let isRight = letters[index].map(questions[index].answers.contains) ?? false
      let rule = isDrawn[index] ? "no letter can be read: drawn at random" : read.rule
      return MetricScore(value: isRight ? 1 : 0, rule: rule, extracted: letters[index])
    }
    let values = scores.map(\.value)
    func group(_ name: String, _ subjects: [String]) -> Group {
      let rows = questions.indices.filter { subjects.contains(questions[$0].subject) }
      return Group(name: name, subjects: subjects, values: rows.map { values[$0] })
    }
    subjects = Set(questions.map(\.subject)).sorted().map { group($0, [$0]) }
    domains = Self.domainSubjects.map { group($0.domain, $0.subjects) }
  }

  /// The six domains with their 30 subjects.
  public static let domainSubjects: [(domain: String, subjects: [String])] = [
    ("Art and Design", ["Art", "Art_Theory", "Design", "Music"]),
    ("Business", ["Accounting", "Economics", "Finance", "Manage", "Marketing"]),
    ("Science", ["Biology", "Chemistry", "Geography", "Math", "Physics"]),
    (
      "Health and Medicine",
      [
        "Basic_Medical_Science", "Clinical_Medicine", "Diagnostics_and_Laboratory_Medicine",
        "Pharmacy", "Public_Health",
      ]
    ),
    ("Humanities and Social Science", ["History", "Literature", "Sociology", "Psychology"]),
    (
      "Tech and Engineering",
      [
        "Agriculture", "Architecture_and_Engineering", "Computer_Science", "Electronics",
        "Energy_and_Power", "Materials", "Mechanical_Engineering",
      ]
    ),
  ]
}
