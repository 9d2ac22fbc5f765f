/// The six categories of MMStar with their three parts each, as the data names them; 250 questions
/// a category.
public enum MMStarParts {
  public static let all: [(category: String, parts: [String])] = [
    (
      "coarse perception",
      ["image scene and topic", "image style & quality", "image emotion"]
    ),
    ("fine-grained perception", ["object counting", "recognition", "localization"]),
    (
      "instance reasoning",
      [
        "single-instance reasoning", "cross-instance attribute reasoning",
        "cross-instance relation reasoning",
      ]
    ),
    (
      "logical reasoning",
      ["code & sequence reasoning", "diagram reasoning", "common reasoning"]
    ),
    (
      "science & technology",
      [
        "biology & chemistry & physics", "electronics & energy & mechanical eng.",
        "geography & earth science & agriculture",
      ]
    ),
    (
      "math",
      ["geometry", "numeric commonsense and calculation", "statistical reasoning"]
    ),
  ]
}
