import Diagnostics
public import Evaluation
public import Reporting

/// Questions per minute on real data, with the questions of an image asked together and each alone.
public struct SuiteBench {
  /// A question with its images.
  public struct Question: Sendable {
    public let prompt: Prompt
    public let images: [ImageReference]

    public init(prompt: Prompt, images: [ImageReference]) {
      self.prompt = prompt
      self.images = images
    }
  }

  public var timing: Timing

  public init(timing: Timing) { self.timing = timing }

  /// - Throws: the first question's failure; a measurement of failing questions would mean nothing.
  public func run(
    _ suites: [(title: String, questions: [Question])], model: any AnsweringModel
  ) throws -> ResultTable {
    var table = ResultTable(
      title: "Suite",
      columns: [
        .init("data", importance: .essential), "questions", .init("images", importance: .low),
        .init("asked", importance: .essential), .init("seconds", importance: .high),
        .init("questions/min", importance: .essential), .init("tokens", importance: .low),
        .init("speed", importance: .essential),
      ])
    table.fact("rounds", .integer(timing.runs))
    for (name, value) in model.identity.properties where name == "method" || name == "arithmetic" {
      table.fact(name, .text(value))
    }
    for (title, questions) in suites where !questions.isEmpty {
      let pages = Self.pages(questions)
      var tokens: (together: Int, alone: Int) = (0, 0)
      let measured = try timing.alternate([
        {
          try Timing.seconds {
            tokens.alone = try questions.reduce(0) { $0 + (try Self.ask([$1], model)) }
          }
        },
        { try Timing.seconds { tokens.together = try Self.askAhead(pages, model) } },
      ])
      for (name, seconds, tokens) in [
        ("each alone", measured[0], tokens.alone), ("by page", measured[1], tokens.together),
      ] {
        table.append([
          "data": .text(title), "questions": .integer(questions.count),
          "images": .integer(pages.count), "asked": .text(name),
          "seconds": .measured(seconds, decimals: 2),
          "questions/min": .measured(
            seconds.map { 60 * Double(questions.count) / $0 }, decimals: 1),
          "tokens": .integer(tokens), "speed": .measured(measured[0] / seconds, decimals: 2),
        ])
      }
    }
    return table
  }

  /// Questions on one image together, in the order in which images first appear.
  public static func pages(_ questions: [Question]) -> [[Question]] {
    var pages: [[Question]] = []
    var places: [String: Int] = [:]
    for question in questions {
      if let identity = question.images.identity {
        if let place = places[identity] {
          pages[place].append(question)
          continue
        }
        places[identity] = pages.count
      }
      pages.append([question])
    }
    return pages
  }

  /// Asks page by page as a run does: the next page's image is read meanwhile. Returns the
  /// generated tokens.
  private static func askAhead(_ pages: [[Question]], _ model: any AnsweringModel) throws -> Int {
    var tokens = 0
    for (place, page) in pages.enumerated() {
      if place + 1 < pages.count, pages[place + 1][0].images.count == 1 {
        model.anticipate(pages[place + 1][0].images[0])
      }
      tokens += try ask(page, model)
    }
    return tokens
  }

  /// Returns the generated tokens.
  private static func ask(_ page: [Question], _ model: any AnsweringModel) throws -> Int {
    var tokens = 0
    try model.answer(page.map(\.prompt), images: page[0].images) { _, answer in
      if let failure = answer.failure {
        throw BenchmarkingError(
          .invalidRequest, "a question cannot be answered: \(failure.message)")
      }
      tokens += answer.tokenIDs.count
    }
    return tokens
  }
}
