import ProxyVModel
import Testing

@Suite struct PackedPromptTests {
  /// Prefix of 33 tokens, five crops of 576, ten tokens after: the example of docs/model.md,
  /// section 4.2.
  let example = PackedPrompt(
    inputIDs: Array(repeating: 5, count: 33) + [PackedPrompt.imageMarker]
      + Array(repeating: 6, count: 10), cropsPerImage: [5],
    tokensPerCrop: 576, proxiesPerCrop: 36)

  @Test func visionTokensOfACropFollowEachOtherAndLeaveOnePlaceForTheNewline() {
    #expect(example.visionCount == 2880)
    #expect(example.visionPositions.first == 33 && example.visionPositions.last == 2916)
    #expect(example.visionPositions[576] == 33 + 577)
  }

  @Test func theNewlinesOfLaterCropsCarryTheIdOfTheCropBefore() {
    #expect(example.newlinePositions == [609, 609, 1186, 1763, 2340])
  }

  @Test func proxiesCountFromTheStartOfTheImage() {
    #expect(example.proxyPositions == Array(33..<213))
  }

  @Test func textGoesOnAfterTheImage() {
    #expect(example.textPositions == Array(0..<33) + Array(2918..<2928))
    #expect(example.prefixTextCount == 33)
    #expect(example.length == 2880 + 5 + 43 && example.nextPosition == example.length)
  }

  @Test func aSingleCropsNewlineFollowsIt() {
    let prompt = PackedPrompt(
      inputIDs: [1, -200, 2], cropsPerImage: [1], tokensPerCrop: 4, proxiesPerCrop: 1)
    #expect(prompt.newlinePositions == [5] && prompt.textPositions == [0, 6])
  }

  @Test func severalImagesAreGroupedByKind() {
    let prompt = PackedPrompt(
      inputIDs: [1, -200, 2, -200, 3], cropsPerImage: [1, 2], tokensPerCrop: 4, proxiesPerCrop: 1)
    #expect(prompt.visionPositions == [1, 2, 3, 4, 7, 8, 9, 10, 12, 13, 14, 15])
    #expect(prompt.newlinePositions == [5, 11, 11])
    #expect(prompt.proxyPositions == [1, 7, 8])
    #expect(prompt.textIDs == [1, 2, 3] && prompt.textPositions == [0, 6, 17])
    #expect(prompt.prefixTextCount == 2)
  }

  @Test func proxiesSeeNoVisionAndTextSeesNoProxies() {
    let mask = example.proxyMask
    // Proxy 0 has id 33: it sees the 33 tokens before the image and itself.
    #expect(mask.visibleCount(of: 0) == 34)
    #expect(mask.visibleCount(of: 179) == 33 + 180)
    #expect(mask.ranges(of: 0)[0].isEmpty)
    // The last text token sees everything but the proxies.
    #expect(mask.visibleCount(of: 180 + 5 + 42) == 2880 + 5 + 43)
  }

  @Test func aTextWithoutImageIsAllSuffix() {
    let prompt = PackedPrompt(
      inputIDs: [1, 2, 3], cropsPerImage: [], tokensPerCrop: 576, proxiesPerCrop: 36)
    #expect(
      prompt.prefixTextCount == 0 && prompt.textPositions == [0, 1, 2] && prompt.cropCount == 0)
  }
}
