import PythonText

/// The word tables of the VQA answer normaliser: numbers, articles and contractions
/// (docs/metrics.md, section 5).
///
/// The evaluators' table also has keys in capitals (`Im`, `Id've`); words arrive here in lower
/// case, so those never match and are not listed.
enum VQAAnswerWords {
  /// What becomes of one word.
  enum Change {
    case dropped
    case replaced([Unicode.Scalar])
  }

  /// The change of a word in lower case, or nil where it stays.
  ///
  /// Order of the evaluators: numbers are mapped, then articles dropped, then contractions mapped.
  /// No value of one table is a key of another, so one look-up does the same.
  static func change(of word: ArraySlice<Unicode.Scalar>) -> Change? {
    guard let key = key(word) else { return nil }
    return changes[key]
  }

  /// The word's bytes in one integer, which is hashed faster than an array; nil for words that no
  /// table can hold.
  private static func key(_ word: some Collection<Unicode.Scalar>) -> UInt128? {
    guard word.count <= 16 else { return nil }
    var key: UInt128 = 0
    for scalar in word {
      guard scalar.isASCII, scalar.value != 0 else { return nil }
      key = key << 8 | UInt128(scalar.value)
    }
    return key
  }

  private static let changes: [UInt128: Change] = {
    var changes: [UInt128: Change] = [:]
    for (word, replacement) in numbers.merging(
      contractions, uniquingKeysWith: { number, _ in number })
    {
      if let key = key(Array(word.unicodeScalars)) {
        changes[key] = .replaced(Array(replacement.unicodeScalars))
      }
    }
    for article in ["a", "an", "the"] {
      if let key = key(Array(article.unicodeScalars)) { changes[key] = .dropped }
    }
    return changes
  }()

  private static let numbers = [
    "none": "0", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10",
  ]

  private static let contractions = [
    "aint": "ain't", "arent": "aren't", "cant": "can't", "couldve": "could've",
    "couldnt": "couldn't",
    "couldn'tve": "couldn't've", "couldnt've": "couldn't've", "didnt": "didn't",
    "doesnt": "doesn't", "dont": "don't",
    "hadnt": "hadn't", "hadnt've": "hadn't've", "hadn'tve": "hadn't've", "hasnt": "hasn't",
    "havent": "haven't",
    "hed": "he'd", "hed've": "he'd've", "he'dve": "he'd've", "hes": "he's", "howd": "how'd",
    "howll": "how'll",
    "hows": "how's", "isnt": "isn't", "itd": "it'd", "itd've": "it'd've", "it'dve": "it'd've",
    "itll": "it'll",
    "let's": "let's", "maam": "ma'am", "mightnt": "mightn't", "mightnt've": "mightn't've",
    "mightn'tve": "mightn't've",
    "mightve": "might've", "mustnt": "mustn't", "mustve": "must've", "neednt": "needn't",
    "notve": "not've",
    "oclock": "o'clock", "oughtnt": "oughtn't", "ow's'at": "'ow's'at", "'ows'at": "'ow's'at",
    "'ow'sat": "'ow's'at",
    "shant": "shan't", "shed've": "she'd've", "she'dve": "she'd've", "she's": "she's",
    "shouldve": "should've",
    "shouldnt": "shouldn't", "shouldnt've": "shouldn't've", "shouldn'tve": "shouldn't've",
    "somebody'd": "somebodyd",
    "somebodyd've": "somebody'd've", "somebody'dve": "somebody'd've", "somebodyll": "somebody'll",
    "somebodys": "somebody's", "someoned": "someone'd", "someoned've": "someone'd've",
    "someone'dve": "someone'd've",
    "someonell": "someone'll", "someones": "someone's", "somethingd": "something'd",
    "somethingd've": "something'd've",
    "something'dve": "something'd've", "somethingll": "something'll", "thats": "that's",
    "thered": "there'd",
    "thered've": "there'd've", "there'dve": "there'd've", "therere": "there're",
    "theres": "there's", "theyd": "they'd",
    "theyd've": "they'd've", "they'dve": "they'd've", "theyll": "they'll", "theyre": "they're",
    "theyve": "they've",
    "twas": "'twas", "wasnt": "wasn't", "wed've": "we'd've", "we'dve": "we'd've", "weve": "we've",
    "werent": "weren't",
    "whatll": "what'll", "whatre": "what're", "whats": "what's", "whatve": "what've",
    "whens": "when's",
    "whered": "where'd", "wheres": "where's", "whereve": "where've", "whod": "who'd",
    "whod've": "who'd've",
    "who'dve": "who'd've", "wholl": "who'll", "whos": "who's", "whove": "who've", "whyll": "why'll",
    "whyre": "why're",
    "whys": "why's", "wont": "won't", "wouldve": "would've", "wouldnt": "wouldn't",
    "wouldnt've": "wouldn't've",
    "wouldn'tve": "wouldn't've", "yall": "y'all", "yall'll": "y'all'll", "y'allll": "y'all'll",
    "yall'd've": "y'all'd've",
    "y'alld've": "y'all'd've", "y'all'dve": "y'all'd've", "youd": "you'd", "youd've": "you'd've",
    "you'dve": "you'd've",
    "youll": "you'll", "youre": "you're", "youve": "you've",
  ]
}
