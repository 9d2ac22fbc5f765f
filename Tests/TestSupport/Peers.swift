import Foundation

/// What only some tests need: a browser, TeX, Slurm, Python packages. `Scripts/test --with-peers`
/// installs it and says so in the environment; without it such tests are skipped aloud:
///
///     @Test(.enabled(if: Peers.areInstalled, Peers.reason)) func `the LaTeX compiles`() { ... }
public enum Peers {
  /// Whether the tests were started with `--with-peers`.
  public static let areInstalled = ProcessInfo.processInfo.environment["PROXYV_EVAL_PEERS"] == "1"

  /// What a skipped test says.
  public static let reason = "needs Scripts/test --with-peers"

  /// The interpreter of the virtual environment with the packages of
  /// Scripts/peers/requirements.txt.
  public static let python = TestMaterial.project + "/.peers/bin/python"
}
