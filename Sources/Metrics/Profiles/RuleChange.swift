/// A change that an evaluator made to how it scores, found in its history.
///
/// Each switches by itself, on the moment of its own commit: see ``Profile/follows(_:)``.
public struct RuleChange: Sendable, Equatable {
  /// A stable kebab-case word.
  public let name: String
  public let evaluator: Evaluator
  /// The commit that made it.
  public let commit: String
  /// The second, counted from 1970, in which that was committed.
  public let moment: Int
  /// The first release that has it; nil where there is none yet.
  public let release: String?
  /// The benchmarks whose scores it can change, by their names on the command line; nil: all.
  public let benchmarks: [String]?
  /// The rule until then and since then, in words.
  public let before: String
  public let since: String

  /// The day of the commit in UTC: `2025-05-13`.
  public var date: String { EvaluatorHistory.day(of: moment) }

  public func concerns(_ benchmark: String) -> Bool { benchmarks?.contains(benchmark) ?? true }

  /// Every change that is known, by evaluator and age.
  public static let all: [RuleChange] = [
    lmmsEvalBestANLS, lmmsEvalReasoningTags, lmmsEvalLoneClosingTags, lmmsEvalFormulaCase,
    lmmsEvalStaticMMBench, lmmsEvalFullWidth, lmmsEvalMMMUOpen, lmmsEvalScienceQALetter,
    lmmsEvalMMStarLetter, lmmsEvalRealWorldQALetter, vlmEvalKitLeaveOneOut, vlmEvalKitPeriods,
    vlmEvalKitLastWords, vlmEvalKitChartQAOrder, vlmEvalKitAnswerIs,
  ]

  // MARK: lmms-eval

  public static let lmmsEvalBestANLS = RuleChange(
    name: "anls-value", evaluator: .lmmsEval, commit: "b5c99bc2", moment: 1_730_534_721,
    release: "0.3.0", benchmarks: ["docvqa", "infovqa"],
    before: "an answer with an ANLS of at least 0.5 counts 1", since: "it counts its ANLS")

  public static let lmmsEvalReasoningTags = RuleChange(
    name: "reasoning-tags", evaluator: .lmmsEval, commit: "d8fcb9c3", moment: 1_772_296_633,
    release: "0.7", benchmarks: nil, before: "answers are scored as generated",
    since: "<think>...</think> and <analysis>...</analysis> are taken out before any metric")

  public static let lmmsEvalLoneClosingTags = RuleChange(
    name: "lone-closing-tags", evaluator: .lmmsEval, commit: "263a80c9", moment: 1_772_894_455,
    release: "0.7.1", benchmarks: nil, before: "a closing tag without an opening one stays",
    since: "of an answer with a closing tag alone, what follows the last one is scored")

  public static let lmmsEvalFormulaCase = RuleChange(
    name: "formula-case", evaluator: .lmmsEval, commit: "f54dd288", moment: 1_775_806_401,
    release: "0.7.2", benchmarks: ["ocrbench"],
    before: "HME100k: the prediction is lowered and the answer is not",
    since: "HME100k: both are compared in their own case")

  public static let lmmsEvalStaticMMBench = RuleChange(
    name: "static-mmbench", evaluator: .lmmsEval, commit: "d0c1eae7", moment: 1_775_889_106,
    release: "0.7.2", benchmarks: ["mmbench"],
    before: "what can_infer cannot read goes to a judge model, and counts as wrong here",
    since: "the judge-free task reads it with patterns for multiple choice")

  public static let lmmsEvalFullWidth = RuleChange(
    name: "full-width", evaluator: .lmmsEval, commit: "bbddc790", moment: 1_785_398_695,
    release: nil, benchmarks: ["ocrbench"], before: "full-width letters are letters of their own",
    since: "full-width forms of ASCII are folded to ASCII")

  public static let lmmsEvalMMMUOpen = RuleChange(
    name: "mmmu-open", evaluator: .lmmsEval, commit: "736454b5", moment: 0x6858_ef5e,
    release: "0.3.5", benchmarks: ["mmmu"],
    before: "an open question is right where one of its candidates agrees",
    since: "candidates are read letter by letter, so that every open question is wrong (a fault)")

  public static let lmmsEvalScienceQALetter = RuleChange(
    name: "scienceqa-letter", evaluator: .lmmsEval, commit: "8ada8050", moment: 0x6867_7c26,
    release: "0.3.5", benchmarks: ["scienceqa"], before: "\"B. liquid\" is wrong",
    since: "a capital letter with a full stop is read")

  public static let lmmsEvalMMStarLetter = RuleChange(
    name: "mmstar-letter", evaluator: .lmmsEval, commit: "9ca4445d", moment: 0x69d9_eb83,
    release: "0.7.2", benchmarks: ["mmstar"], before: "the answer must open with the letter",
    since: "the letter is looked for as in MMBench; small letters no longer count")

  public static let lmmsEvalRealWorldQALetter = RuleChange(
    name: "realworldqa-letter", evaluator: .lmmsEval, commit: "9ca4445d", moment: 0x69d9_eb83,
    release: "0.7.2", benchmarks: ["realworldqa"],
    before: "number words and option texts are turned into digits and letters",
    since: "the letter is looked for as in MMBench; other answers must be equal")

  // MARK: VLMEvalKit

  /// The benchmarks whose letters VLMEvalKit reads with one function.
  private static let multipleChoice = [
    "mmbench", "seedbench", "mmstar", "mmmu", "scienceqa", "ai2d", "realworldqa",
  ]

  public static let vlmEvalKitLeaveOneOut = RuleChange(
    name: "leave-one-out", evaluator: .vlmEvalKit, commit: "44dd6170", moment: 1_710_505_627,
    release: "0.2rc1", benchmarks: ["textvqa"],
    before: "TextVQA: 1 where at least 30 % of the annotators gave the answer (not computed here)",
    since: "TextVQA: the VQA accuracy over all ways to leave one annotator out")

  public static let vlmEvalKitPeriods = RuleChange(
    name: "periods", evaluator: .vlmEvalKit, commit: "928a95b0", moment: 1_747_110_349,
    release: "0.3rc1", benchmarks: ["textvqa", "mme", "pope"],
    before: "every period that no digit follows is deleted: \"5.\" is \"5\"",
    since: "only where no digit stands before it either: \"5.\" stays \"5.\"")

  public static let vlmEvalKitLastWords = RuleChange(
    name: "last-words", evaluator: .vlmEvalKit, commit: "c3371551", moment: 1_754_307_570,
    release: nil, benchmarks: multipleChoice,
    before: "a lone letter counts anywhere, option texts are looked for in answers of any length",
    since: "the letter must be one of the last four words, and an answer more than twice as long"
      + " as all options is not searched for their texts")

  public static let vlmEvalKitChartQAOrder = RuleChange(
    name: "chartqa-order", evaluator: .vlmEvalKit, commit: "677e30a5", moment: 1_756_735_495,
    release: nil, benchmarks: ["chartqa"],
    before: "the difference of two numbers is divided by the prediction",
    since: "it is divided by the reference")

  public static let vlmEvalKitAnswerIs = RuleChange(
    name: "answer-is", evaluator: .vlmEvalKit, commit: "a67ace50", moment: 1_781_719_636,
    release: nil, benchmarks: multipleChoice,
    before: "\"The answer is C\" is read as any other text",
    since: "where no letter was found otherwise, the one after \"answer is\" counts")
}
