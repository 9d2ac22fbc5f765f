extension ModelConfiguration {
  /// What decides how much a prefill costs, in words: models with other weights and the same
  /// architecture take the same work.
  ///
  ///     configuration.architecture
  ///     // "llama, 32 layers of 4096 (FFN 11008), 32 heads, 32 KV heads"
  public var architecture: String {
    "\(family), \(layerCount) layers of \(hiddenSize) (FFN \(intermediateSize)),"
      + " \(headCount) heads, \(keyValueHeadCount) KV heads"
  }
}
