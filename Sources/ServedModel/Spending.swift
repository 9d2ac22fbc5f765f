import Diagnostics
import Synchronization

/// What a run has cost, and whether another question fits.
///
/// Before a request its highest possible cost is set aside: as many prompt tokens as the longest
/// prompt so far (an estimate before the first reply), and all new tokens that it may generate.
final class Spending: Sendable {
  private struct State {
    var spent = 0.0
    var reserved = 0.0
    var longestPrompt = 0
  }

  /// Of an image and a question, before any reply has told.
  private static let firstEstimate = 4096

  private let prices: Prices?
  private let state = Mutex(State())

  init(_ prices: Prices?) { self.prices = prices }

  func cost(promptTokens: Int, completionTokens: Int) -> Double? {
    prices.map {
      (Double(promptTokens) * $0.input + Double(completionTokens) * $0.output) / 1e6
    }
  }

  /// Answers of this run that were paid before.
  func add(_ answered: [Evaluated]) {
    state.withLock { state in
      for answer in answered {
        state.longestPrompt = max(state.longestPrompt, answer.promptTokens)
        state.spent +=
          cost(promptTokens: answer.promptTokens, completionTokens: answer.completionTokens) ?? 0
      }
    }
  }

  struct Evaluated {
    var promptTokens: Int
    var completionTokens: Int
  }

  /// Sets the most aside that a request may cost.
  /// - Throws: `cost-limit` where it does not fit.
  func reserve(maximumNewTokens: Int) throws(ServedModelError) -> Double {
    guard let prices else { return 0 }
    return try state.withLock { state throws(ServedModelError) in
      let prompt = state.longestPrompt > 0 ? state.longestPrompt : Self.firstEstimate
      let most = cost(promptTokens: prompt, completionTokens: maximumNewTokens) ?? 0
      if let maximum = prices.maximum, state.spent + state.reserved + most > maximum {
        throw ServedModelError(
          .costLimit,
          """
          the next question could cost more than --max-cost \(maximum) allows: \
          \(Self.rounded(state.spent)) are spent, \(Self.rounded(state.reserved)) may still be \
          charged for questions under way, and it may cost \(Self.rounded(most));
          """
            + " raise --max-cost and run the same command again to go on", reach: .run)
      }
      state.reserved += most
      return most
    }
  }

  /// Replaces what was set aside by what was charged; nil: unknown, so that all of it counts.
  func settle(_ reserved: Double, promptTokens: Int?, cost: Double?) {
    state.withLock { state in
      state.reserved -= reserved
      state.spent += cost ?? reserved
      state.longestPrompt = max(state.longestPrompt, promptTokens ?? 0)
    }
  }

  var spent: Double { state.withLock { $0.spent } }
  var isLimited: Bool { prices?.maximum != nil }

  private static func rounded(_ value: Double) -> String {
    "\((value * 10_000).rounded() / 10_000)"
  }
}
