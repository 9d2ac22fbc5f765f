import Tensor

/// The masks of the whole prompt at once, as the official code builds them.
///
/// The engine computes a prompt in two steps (prefix, suffix) and never needs these; they exist so
/// that the rule can be compared with the official masks row by row.
extension PackedPrompt {
  /// Regular layers: queries and keys are [vision ; newline ; text].
  public var regularMask: VisibleKeys {
    VisibleKeys(queryPositions: positions, segments: cacheSegments(textCount: textCount))
  }

  /// ProxyV layers: queries are [proxy ; newline ; text], keys [vision ; newline ; text ; proxy].
  public var proxyMask: VisibleKeys {
    let proxies = proxyPositions.count
    let segments =
      cacheSegments(textCount: textCount) + [
        VisibleKeys.Segment(start: length, positions: proxyPositions)
      ]
    return VisibleKeys(
      queryPositions: proxyPositions + newlinePositions + textPositions, segments: segments,
      hides: { query, segment in query < proxies ? segment == 0 : segment == 3 })
  }
}
