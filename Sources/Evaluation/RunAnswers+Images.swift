extension RunAnswers {
  /// The hash of the image that was asked about, per selected sample; nil where it was not
  /// recorded.
  ///
  /// A question that failed before its image was read has the hash of another one about the same
  /// image.
  public var imageHashes: [String?] {
    var known: [String: String] = [:]
    for (asked, selected) in zip(asked, selected) {
      if let identity = asked.imageIdentity, let hash = selected.answer?.imageHash {
        known[identity] = hash
      }
    }
    return zip(asked, selected).map { asked, selected in
      selected.answer?.imageHash ?? asked.imageIdentity.flatMap { known[$0] }
    }
  }

  /// The photograph's name per selected sample, for answers of which nothing is known of the
  /// images' content.
  public func imageNames(in benchmark: any Benchmark) -> [String?] {
    asked.map { $0.imageIdentity.map(benchmark.photograph) }
  }

  /// Which questions are about one image: by content where any hash is recorded, else by name.
  public func images(in benchmark: any Benchmark) -> [String?] {
    let hashes = imageHashes
    return hashes.contains { $0 != nil } ? hashes : imageNames(in: benchmark)
  }
}
