/// The merges of a made-up vocabulary, in the order in which they are tried.
///
/// But for pairs of digits, each adds one letter to an earlier piece that begins with the space
/// mark, so that one way leads to each piece and every piece is reached by its own text: first the
/// beginnings of common words, then pairs of digits, then filler, which is all letter sequences by
/// length and alphabet.
struct SynthesizedMerges {
  struct Merge: Hashable {
    var left: String
    var right: String
    var piece: String { left + right }
  }

  /// The first `count` merges.
  /// - Parameters:
  ///   - spaceMark: `▁` or `Ġ`.
  ///   - joinsDigits: whether pairs of digits are merged; a tokenizer that splits digits would
  ///     never reach them.
  static func first(_ count: Int, spaceMark: String, joinsDigits: Bool) -> [Merge] {
    var merges: [Merge] = []
    var seen: Set<Merge> = []
    merges.reserveCapacity(max(count, 0))
    func add(_ left: String, _ right: String) {
      let merge = Merge(left: left, right: right)
      if merges.count < count, seen.insert(merge).inserted { merges.append(merge) }
    }

    for word in words {
      for index in word.indices { add(spaceMark + word[..<index], String(word[index])) }
    }
    if joinsDigits {
      for number in 0..<100 { add(String(number / 10), String(number % 10)) }
    }
    var beginnings = [spaceMark]
    while merges.count < count {
      var longer: [String] = []
      for beginning in beginnings where merges.count < count {
        for letter in alphabet {
          add(beginning, letter)
          longer.append(beginning + letter)
        }
      }
      beginnings = longer
    }
    return merges
  }

  private static let alphabet = "etaoinshrdlcumwfgypbvkjxqz".map(String.init)

  private static let words = """
    the of and to in a is that for it as was with be by on not he his but at are this have from or \
    had an which one you were her all their there been if more when will would who so no said what \
    up its about into than them can only other new some could time these two may then do first any \
    my now such like our over man me even most made after also did many before must through back \
    years where much your way well down should because each just those people how too little state \
    good very make world still own see men work long get here between both life being under never \
    day same another know while last might us great old year off come since against go came right \
    used take three image picture question answer word phrase single page document table chart \
    figure number total value percent color left right top bottom line bar title name date text \
    read show shows written color describe detail assistant user system human helpful polite \
    detailed answers questions curious artificial intelligence chat gives language vision yes no \
    none red green blue black white yellow orange letter report company amount market price rate \
    income cost January February March April May June July August September October November \
    December The What How Which Who Where When Is Are Does A In On Answer Question USER ASSISTANT
    """.split(separator: " ").map(String.init)
}
