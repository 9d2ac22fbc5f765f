import ArgumentParser
import Benchmarks
import Images
import Metrics
import ProxyVModel
import Tensor
import Tokenization

/// What a shell offers where names are typed: the registries' own names.
extension CompletionKind {
  static var benchmarks: CompletionKind {
    .list(BenchmarkRegistry.all.map(\.name) + ["all"])
  }

  static var profiles: CompletionKind { .list(Profile.allCases.map(\.rawValue) + ["all"]) }
  static var methods: CompletionKind { .list(PrefillMethodCatalog.all.map(\.name)) }
  static var aspects: CompletionKind { .list(AspectMode.allCases.map(\.rawValue)) }
  static var conversations: CompletionKind { .list(ConversationTemplate.all.map(\.name)) }
  static var instructionSets: CompletionKind { .list(ISA.allCases.map(\.rawValue)) }
}
