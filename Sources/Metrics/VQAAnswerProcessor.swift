import PythonText

/// The EvalAI answer processor: what VQA accuracy compares (metrics specification, section 5).
///
/// Its steps are the official code's, mistakes included: a flag is passed where the number of replacements belongs, so that only
/// the first 32 full stops of a text go; contractions with capitals or `'s` can never match.
public enum VQAAnswerProcessor {
  /// The normal form of an answer as lmms-eval and mmf make it.
  public static func processed(_ text: PythonString) -> PythonString {
    var text = PythonString(text.lower().scalars.filter { $0 != "," && $0 != "?" })
    text = text.replacing("'s", with: " 's").strip()
    text = PythonString(text.scalars.map { $0 == "\n" || $0 == "\t" ? " " : $0 }).strip()
    text = removingPunctuation(text, commaBetweenDigits: false)
    text = removingFullStops(text, limit: 32) { _, next in next.map { PythonString.digitValue($0) == nil } ?? true }
    return words(text)
  }

  /// The normal form as VLMEvalKit makes it: commas and question marks are punctuation like any other, and a full stop goes only
  /// where no digit stands on either side.
  public static func vlmEvalKitProcessed(_ text: PythonString) -> PythonString {
    words(vlmEvalKitPunctuationRemoved(PythonString(text.scalars.map { $0 == "\n" || $0 == "\t" ? " " : $0 }).strip()))
  }

  /// The part of it that removes punctuation.
  static func vlmEvalKitPunctuationRemoved(_ text: PythonString) -> PythonString {
    removingFullStops(removingPunctuation(text, commaBetweenDigits: true), limit: 32) { previous, next in
      (previous.map { PythonString.digitValue($0) == nil } ?? true) && (next.map { PythonString.digitValue($0) == nil } ?? true)
    }
  }

  private static let punctuation: [Unicode.Scalar] = [
    ";", "/", "[", "]", "\"", "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@", "`", ",", "?", "!",
  ]

  /// Each mark is deleted where it stands beside a space anywhere in the text, else it becomes a space.
  private static func removingPunctuation(_ text: PythonString, commaBetweenDigits: Bool) -> PythonString {
    let deletesAll = commaBetweenDigits && hasCommaBetweenDigits(text)
    var result = text
    for mark in punctuation where text.contains(mark) {
      let scalars = text.scalars
      let besideSpace = scalars.indices.contains { index in
        scalars[index] == mark && ((index > 0 && scalars[index - 1] == " ") || (index + 1 < scalars.count && scalars[index + 1] == " "))
      }
      if besideSpace || deletesAll {
        result.scalars.removeAll { $0 == mark }
      } else {
        result = PythonString(result.scalars.map { $0 == mark ? " " : $0 })
      }
    }
    return result
  }

  private static func hasCommaBetweenDigits(_ text: PythonString) -> Bool {
    let scalars = text.scalars
    return scalars.indices.dropFirst().dropLast().contains {
      scalars[$0] == "," && PythonString.digitValue(scalars[$0 - 1]) != nil && PythonString.digitValue(scalars[$0 + 1]) != nil
    }
  }

  /// Deletes the first `limit` full stops whose neighbours `matches` accepts.
  private static func removingFullStops(
    _ text: PythonString, limit: Int, where matches: (_ previous: Unicode.Scalar?, _ next: Unicode.Scalar?) -> Bool
  ) -> PythonString {
    let scalars = text.scalars
    var removed = 0
    var kept: [Unicode.Scalar] = []
    for (index, scalar) in scalars.enumerated() {
      if scalar == ".", removed < limit,
        matches(index > 0 ? scalars[index - 1] : nil, index + 1 < scalars.count ? scalars[index + 1] : nil)
      {
        removed += 1
      } else {
        kept.append(scalar)
      }
    }
    return PythonString(kept)
  }

  /// Number words to digits, articles dropped, contractions restored.
  private static func words(_ text: PythonString) -> PythonString {
    let kept = text.lower().split().map { numbers[$0] ?? $0 }.filter { !articles.contains($0) }.map { contractions[$0] ?? $0 }
    return PythonString.join(kept, separator: " ")
  }

  private static let articles: Set<PythonString> = ["a", "an", "the"]

  private static let numbers: [PythonString: PythonString] = [
    "none": "0", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10",
  ]

  private static let contractions: [PythonString: PythonString] = [
    "aint": "ain't", "arent": "aren't", "cant": "can't", "couldve": "could've", "couldnt": "couldn't",
    "couldn'tve": "couldn't've", "couldnt've": "couldn't've", "didnt": "didn't", "doesnt": "doesn't", "dont": "don't",
    "hadnt": "hadn't", "hadnt've": "hadn't've", "hadn'tve": "hadn't've", "hasnt": "hasn't", "havent": "haven't", "hed": "he'd",
    "hed've": "he'd've", "he'dve": "he'd've", "hes": "he's", "howd": "how'd", "howll": "how'll", "hows": "how's",
    "Id've": "I'd've", "I'dve": "I'd've", "Im": "I'm", "Ive": "I've", "isnt": "isn't", "itd": "it'd", "itd've": "it'd've",
    "it'dve": "it'd've", "itll": "it'll", "let's": "let's", "maam": "ma'am", "mightnt": "mightn't", "mightnt've": "mightn't've",
    "mightn'tve": "mightn't've", "mightve": "might've", "mustnt": "mustn't", "mustve": "must've", "neednt": "needn't",
    "notve": "not've", "oclock": "o'clock", "oughtnt": "oughtn't", "ow's'at": "'ow's'at", "'ows'at": "'ow's'at",
    "'ow'sat": "'ow's'at", "shant": "shan't", "shed've": "she'd've", "she'dve": "she'd've", "she's": "she's",
    "shouldve": "should've", "shouldnt": "shouldn't", "shouldnt've": "shouldn't've", "shouldn'tve": "shouldn't've",
    "somebody'd": "somebodyd", "somebodyd've": "somebody'd've", "somebody'dve": "somebody'd've", "somebodyll": "somebody'll",
    "somebodys": "somebody's", "someoned": "someone'd", "someoned've": "someone'd've", "someone'dve": "someone'd've",
    "someonell": "someone'll", "someones": "someone's", "somethingd": "something'd", "somethingd've": "something'd've",
    "something'dve": "something'd've", "somethingll": "something'll", "thats": "that's", "thered": "there'd",
    "thered've": "there'd've", "there'dve": "there'd've", "therere": "there're", "theres": "there's", "theyd": "they'd",
    "theyd've": "they'd've", "they'dve": "they'd've", "theyll": "they'll", "theyre": "they're", "theyve": "they've",
    "twas": "'twas", "wasnt": "wasn't", "wed've": "we'd've", "we'dve": "we'd've", "weve": "we've", "werent": "weren't",
    "whatll": "what'll", "whatre": "what're", "whats": "what's", "whatve": "what've", "whens": "when's", "whered": "where'd",
    "wheres": "where's", "whereve": "where've", "whod": "who'd", "whod've": "who'd've", "who'dve": "who'd've",
    "wholl": "who'll", "whos": "who's", "whove": "who've", "whyll": "why'll", "whyre": "why're", "whys": "why's",
    "wont": "won't", "wouldve": "would've", "wouldnt": "wouldn't", "wouldnt've": "wouldn't've", "wouldn'tve": "wouldn't've",
    "yall": "y'all", "yall'll": "y'all'll", "y'allll": "y'all'll", "yall'd've": "y'all'd've", "y'alld've": "y'all'd've",
    "y'all'dve": "y'all'd've", "youd": "you'd", "youd've": "you'd've", "you'dve": "you'd've", "youll": "you'll",
    "youre": "you're", "youve": "you've",
  ]
}
