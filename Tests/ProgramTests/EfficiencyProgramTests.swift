import TestSupport
import Testing

/// `efficiency` as the command line's users meet it, where what they ask for is impossible.
@Suite struct EfficiencyProgramTests {
  @Test(
    arguments: [
      (["--layers", "0"], 2, "numbers of layers"), (["--layers", "-1"], 2, "not \"-1\""),
      (["--crops", "0"], 2, "from 1 to 1000"),
      (["--crops", "-2"], 2, "from 1 to 1000, not -2"),
      (["--text-tokens", "-5"], 2, "from 1 to 100000"),
      (["--format", "nonsense"], 2, "known: markdown, latex, csv, json, html"),
      (["--methods", ","], 2, "names no method; for example"),
      (["--methods", ""], 2, "names no method"),
      (["--methods", "proxv", "--flops-only"], 2, "did you mean \"proxyv\"?"),
      (["--methods", "visionzip:dominant=0", "--flops-only"], 1, "1 to 577"),
      (["--crops", "6", "--shape", "tiny"], 1, "--crops 6 is more than this checkpoint takes, 5"),
      (["--shape", "tiny", "--scratch", "/no/such"], 1, "/no/such"),
      (["--model", "m", "--layers", "3"], 2, "--model excludes"),
    ] as [([String], Int32, String)])
  func impossibleRequestsGetOneSentence(options: [String], status: Int32, mentioned: String) throws
  {
    expectOneSentence(
      try Program.run(["efficiency"] + options), status: status, mentions: [mentioned])
  }
}
