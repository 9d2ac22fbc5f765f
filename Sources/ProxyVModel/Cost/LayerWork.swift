import Tensor

/// Numbers of tokens by kind.
public struct TokenKinds: Sendable, Equatable {
  public var vision: Int
  /// Newlines and text.
  public var text: Int
  public var proxy: Int

  public init(vision: Int = 0, text: Int = 0, proxy: Int = 0) {
    self.vision = vision
    self.text = text
    self.proxy = proxy
  }

  public var total: Int { vision + text + proxy }

  static func + (a: TokenKinds, b: TokenKinds) -> TokenKinds {
    TokenKinds(vision: a.vision + b.vision, text: a.text + b.text, proxy: a.proxy + b.proxy)
  }
}

/// What one decoder layer does during prefill, in tokens: the method made visible.
public struct LayerWork: Sendable, Equatable {
  /// Tokens whose queries are computed.
  public var queries = TokenKinds()
  /// Tokens whose keys and values are computed.
  public var keys = TokenKinds()
  /// Tokens that go through the output projection.
  public var outputs = TokenKinds()
  public var feedForward = TokenKinds()
  /// Visible (query, key) pairs by the kind of the query.
  public var pairs = TokenKinds()
  /// Further multiply-adds: guided updates, ranking.
  public var other = TokenKinds()
  /// Tokens that stay in the cache.
  public var cached = TokenKinds()

  init() {}

  /// All of the layer for these tokens.
  init(all tokens: TokenKinds, pairs: TokenKinds) {
    queries = tokens
    keys = tokens
    outputs = tokens
    feedForward = tokens
    cached = tokens
    self.pairs = pairs
  }

  /// Only these tokens attend and go through the FFN.
  mutating func attend(_ tokens: TokenKinds, pairs: TokenKinds) {
    queries = tokens
    outputs = tokens
    feedForward = tokens
    self.pairs = pairs
  }

  /// Multiply-adds by kind: `q·d·w_q + 2kv·d·w + o·w_q·d + 3f·d·m + 2·pairs·w_q + other`.
  func multiplyAdds(_ shape: DecoderLayer.Shape, intermediate: Int) -> TokenKinds {
    let d = shape.hidden
    let wide = shape.heads * shape.headDimension
    let narrow = shape.keyValueHeads * shape.headDimension
    func sum(_ kind: KeyPath<TokenKinds, Int>) -> Int {
      queries[keyPath: kind] * d * wide + 2 * keys[keyPath: kind] * d * narrow + outputs[
        keyPath: kind] * wide * d
        + 3 * feedForward[keyPath: kind] * d * intermediate + 2 * pairs[keyPath: kind] * wide
        + other[keyPath: kind]
    }
    return TokenKinds(vision: sum(\.vision), text: sum(\.text), proxy: sum(\.proxy))
  }

  static func + (a: LayerWork, b: LayerWork) -> LayerWork {
    var sum = LayerWork()
    sum.queries = a.queries + b.queries
    sum.keys = a.keys + b.keys
    sum.outputs = a.outputs + b.outputs
    sum.feedForward = a.feedForward + b.feedForward
    sum.pairs = a.pairs + b.pairs
    sum.other = a.other + b.other
    sum.cached = a.cached + b.cached
    return sum
  }
}

/// Position ids of the tokens of a prefix, from which visible pairs are counted without any mask.
struct PairCount {
  let vision: [Int]
  /// Newlines and prefix text.
  let text: [Int]
  let proxy: [Int]

  init(_ prompt: PackedPrompt) {
    vision = prompt.visionPositions
    text = prompt.restPositions
    proxy = prompt.proxyPositions
  }

  /// How many (query, key) pairs have a key id not above the query's: both lists sorted, one pass.
  static func visible(_ queries: [Int], _ keys: [Int]) -> Int {
    let keys = keys.sorted()
    var seen = 0
    var pairs = 0
    for query in queries.sorted() {
      while seen < keys.count, keys[seen] <= query { seen += 1 }
      pairs += seen
    }
    return pairs
  }
}

extension PackedPrompt {
  /// The text after the last image: every token sees all that is cached, and the text before it.
  ///
  /// - Parameter isLast: of the last layer, only the last token's output is read
  func suffixWork(cached: TokenKinds, isLast: Bool) -> LayerWork {
    let count = textCount - prefixTextCount
    var work = LayerWork(
      all: TokenKinds(text: count),
      pairs: TokenKinds(text: count * cached.total + count * (count + 1) / 2))
    if isLast, count > 0 {
      work.attend(TokenKinds(text: 1), pairs: TokenKinds(text: cached.total + count))
    }
    return work
  }

  /// The last layer of a prefix, for every method: keys and values of all tokens, the rest for the
  /// last one.
  ///
  /// - Parameter vision: position ids of the vision tokens that are there
  func closingWork(vision: [Int]) -> LayerWork {
    var work = LayerWork(
      all: TokenKinds(vision: vision.count, text: restPositions.count), pairs: TokenKinds())
    work.attend(
      TokenKinds(text: 1),
      pairs: TokenKinds(text: PairCount.visible(restPositions.suffix(1), vision + restPositions)))
    return work
  }
}
