/// The version of the program, the one place that says it.
public enum ProgramVersion {
  public static let number = "0.1.0"

  /// As it is printed: the version with the commit that was built, `-dirty` where the sources
  /// differed from it.
  ///
  /// ```swift
  /// ProgramVersion.described(commit: "92a8a1001456-dirty")  // 0.1.0 (92a8a1001456-dirty)
  /// ```
  public static func described(commit: String) -> String { "\(number) (\(commit))" }
}
