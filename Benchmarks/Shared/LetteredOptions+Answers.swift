import Exchange

extension LetteredOptions {
  /// Whether a record has options in columns with letters, as several benchmarks' tables have.
  static func stand(in record: AnswerRecord) -> Bool {
    record.text("A") != nil && record.text("B") != nil
  }
}
