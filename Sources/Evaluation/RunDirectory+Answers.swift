extension RunDirectory {
  /// Writes answers that exist already as a run; those that the run has are passed over.
  ///
  /// - Throws: ``EvaluationError`` `run-changed` where the folder holds another run, `run-locked`
  ///   where another process writes it, `write-failed`.
  public static func written(
    to path: String, manifest: RunManifest, questions: [RunQuestion],
    answers: [(id: String, answer: Answer)]
  ) throws -> RunDirectory {
    let writer = try RunWriter(
      continuing: path, manifest: manifest, questions: questions, shard: .whole, fresh: false)
    let known = Set(try writer.directory.entries().map(\.id))
    let missing = answers.filter { !known.contains($0.id) }
    if !missing.isEmpty {
      try writer.removeDerivedFiles()
      try writer.log.append(missing)
    }
    return writer.directory
  }
}
