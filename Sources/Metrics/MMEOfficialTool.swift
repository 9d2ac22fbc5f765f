import PythonText

/// The official tool of MME on one category, which reads a file of lines `image, question,
/// reference, prediction` with tabs between.
///
/// It knows no escapes: a tab or newline in a prediction makes other lines and fields, and it stops
/// there. It pairs each two lines that follow one another, whatever image they name.
enum MMEOfficialTool {
  static func category(_ rows: [MMERow]) throws(EvaluatorException) -> MMESummary.Category {
    let lines = rows.flatMap(lines)
    var right = 0
    var bothRight = 0
    var readable = 0
    for start in stride(from: 0, to: lines.count, by: 2) {
      guard start + 1 < lines.count else {
        throw EvaluatorException(
          name: "AssertionError", reason: "the category has an odd number of lines, \(lines.count)")
      }
      var rightOfImage = 0
      for line in lines[start...start + 1] {
        let fields = line.split("\t")
        guard fields.count == 4 else {
          throw EvaluatorException(
            name: "ValueError",
            reason:
              """
              a prediction with a tab or newline makes a line of \(fields.count) fields instead \
              of 4
              """
          )
        }
        let score = try MMEScore.score(
          prediction: fields[3].text, answer: fields[2].text, profile: .official)
        if score.value == 1 { rightOfImage += 1 }
        if score.extracted != "other" { readable += 1 }
      }
      right += rightOfImage
      if rightOfImage == 2 { bothRight += 1 }
    }
    // Precision and recall are computed over the readable answers, though they are not part of the
    // score.
    guard readable > 0 else {
      throw EvaluatorException(
        name: "ValueError", reason: "no answer of the category can be read as yes or no")
    }
    return MMESummary.Category(
      accuracy: Double(right) / Double(lines.count) * 100,
      accuracyPlus: Double(bothRight) / Double(lines.count / 2) * 100)
  }

  /// The lines that one row becomes; every kind of newline ends one.
  private static func lines(_ row: MMERow) -> [PythonString] {
    let text = PythonString("image\tquestion\t\(row.answer)\t\(row.prediction)")
    return text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").split("\n")
  }
}
