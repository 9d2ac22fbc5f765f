import OCRBaseline
import Testing

@Suite struct ReaderTests {
  private func answer(_ request: Request, _ lines: [String]) -> String {
    let placed = lines.enumerated().map {
      TextLine(text: $1, left: 10, top: 20 * $0, right: 110, bottom: 20 * $0 + 10)
    }
    return Reader.answer(request, from: Transcription(lines: placed, width: 200, height: 100))
  }

  @Test func aPageKeepsItsLinesAndAWordStandsOnOne() {
    #expect(answer(.transcription(ofPage: true), ["one two", "three"]) == "one two\nthree")
    #expect(answer(.transcription(ofPage: false), ["one two", "three"]) == "one two three")
  }

  @Test(arguments: [
    (["total", "due"], ["Subtotal 3", "Total due: $1,034.64"], "$1,034.64"),
    (["change"], ["Cash 20", "Change -5.41"], "-5.41"),
    (
      ["name", "applicant"], ["Form 7", "Name of applicant", "Miriam Castellan"], "Miriam Castellan"
    ),
    (["date"], ["Date: 1 May", "Date: 2 May"], "1 May"),
    (["nothing"], ["first line", "second line"], "first line"), (["x"], [], ""),
    (["end"], ["The end"], ""), (["margin"], ["Margin .5 %"], ".5 %"),
  ])
  func theLineWithMostTermsAnswersWithoutThem(terms: [String], lines: [String], expected: String) {
    #expect(answer(.question(terms: terms), lines) == expected)
  }

  @Test func yesNeedsMoreThanHalfOfTheTerms() {
    #expect(answer(.yesOrNo(terms: ["maple", "rye"]), ["Maple & Rye"]) == "Yes")
    #expect(answer(.yesOrNo(terms: ["mable", "rye"]), ["Maple & Rye"]) == "No")
    #expect(answer(.yesOrNo(terms: ["dog"]), []) == "No")
  }

  @Test func theOptionThatWasReadWins() {
    let options = [("A", "two dogs"), ("B", "Two cats"), ("C", "cats, two")].map {
      (letter: $0.0, text: $0.1)
    }
    #expect(answer(.choice(options: options), ["two cats sleep"]) == "B")
    #expect(answer(.choice(options: options), []) == "A")
  }

  @Test func aBoxLiesAroundTheLineOrTheWholeImage() {
    #expect(answer(.box(terms: ["exit"]), ["entry", "exit"]) == "[0.05, 0.2, 0.55, 0.3]")
    #expect(answer(.box(terms: ["dog"]), ["entry"]) == "[0.0, 0.0, 1.0, 1.0]")
  }

  @Test(arguments: [
    ("One two\nthree four", ["One two", "three four", "five", "six"], "five\nsix"),
    // Misread words, and a last line that also stands elsewhere.
    ("a b c\nwas closed", ["x was closed", "q", "a b e", "was closed", "rest"], "rest"),
    ("nothing alike", ["p", "q"], "q"),
    ("", ["p", "q"], "p\nq"), ("p\nq", ["p", "q"], ""),
  ])
  func readingGoesOnBehindTheGivenText(given: String, lines: [String], expected: String) {
    #expect(answer(.continuation(of: given), lines) == expected)
  }
}
