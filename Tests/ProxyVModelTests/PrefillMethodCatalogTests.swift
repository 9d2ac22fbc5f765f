import Checkpoints
import Diagnostics
import ProxyVModel
import TestSupport
import Testing

/// What `--method` refuses, and with which sentence.
@Suite struct PrefillMethodCatalogTests {
  @Test(arguments: [
    ("proxv", "did you mean \"proxyv\"?"), ("proxyv", "vision_mlp_layers"),
    ("proxyv", "use --method baseline, visionzip or pyramiddrop"),
    ("mask-attention", "needs from=N"),
    ("mask-attention:from=9", "from 0 to 4"),
    ("mask-attention:from=1,variant=sefl-only", "did you mean \"self-only\"?"),
    ("visionzip:dominant=600", "1 to 577"),
    ("visionzip:dominant=560,contextual=40", "more than the 576 patches"),
    ("visionzip:dominnt=3", "did you mean \"dominant\"?"), ("pyramiddrop:layers=3/2", "ascending"),
    ("pyramiddrop:layers=1/2,ratios=0.5", "2 falling shares"),
    ("baseline:x=1", "it takes none"), ("visionzip:dominant", "is no key=value"),
    ("skip-attention-ffn:mlp=light", "vision_light_mlp_layers"),
    ("skip-attention-ffn:from=1,mlp=lite", "known: none, light"),
    ("baseline+visionzip", "one reduction, then at most one"),
    ("visionzip:dominant=0", "1 to 577"), ("mask-attention:from=1,from=2", "gives from twice"),
    ("pyramiddrop:layers=3,2", "pyramiddrop:layers=12/20/26"),
  ])
  func wrongMethodsGetOneSentence(method: String, mentioned: String) throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Synthesis(shape: .tiny, method: .baseline).writeComplete(to: folder + "/tiny")
      let error = #expect(throws: (any Error).self) {
        try VisionLanguageModel.load(folder: folder + "/tiny", options: LoadOptions(method: method))
      }
      #expect(
        error.map { render($0) }?.contains(mentioned) == true, "\(error.map { render($0) } ?? "")")
    }
  }

  @Test func aMethodKeepsItsParametersInItsName() throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Synthesis(shape: .tiny, method: .learnedProxyV).writeComplete(to: folder + "/tiny")
      func name(_ method: String) throws -> String {
        try VisionLanguageModel.load(folder: folder + "/tiny", options: LoadOptions(method: method))
          .methodName
      }
      #expect(try name("visionzip") == "visionzip:dominant=360,contextual=40")
      #expect(
        try name("visionzip:contextual=20+proxyv") == "visionzip:dominant=360,contextual=20+proxyv")
      #expect(try name("pyramiddrop:layers=1/2") == "pyramiddrop:layers=1/2,ratios=0.5/0.25")
    }
  }
}
