import static com.dashjoin.jsonata.Jsonata.jsonata;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.json.Json;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Evaluates again what was recorded, a line each, and says where it gives something else. */
public class Replay {
  private static final int SHOWN = 20;

  public static void main(String[] args) throws Exception {
    Set<String> seen = new HashSet<>();
    Set<String> expressions = new HashSet<>();
    int errors = 0;
    int different = 0;
    int impossible = 0;
    try (BufferedReader lines = Files.newBufferedReader(Path.of(args[0]))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!seen.add(digest("SHA-256", line))) continue;
        Map<?, ?> recorded = (Map<?, ?>) Json.parseJson(line);
        expressions.add((String) recorded.get("expression"));
        Outcome expected = new Outcome(recorded.get("result"), (String) recorded.get("error"));
        Outcome actual = evaluate(recorded);
        if (expected.error != null) errors += 1;
        if (expected.isLike(actual)) continue;
        if (expected.isRefusalOf(actual)) {
          impossible += 1;
          continue;
        }
        different += 1;
        if (different <= SHOWN) {
          System.out.printf("%s%n  there %s%n  here  %s%n  with  %.2000s%n", recorded.get("expression"), expected, actual, recorded.get("bindings"));
        }
      }
    }
    System.out.printf("%d evaluations of %d expressions, %d of them errors: %d different%n", seen.size(), expressions.size(), errors, different);
    System.out.printf("%d more judge a day that does not exist: refused there, an error here, and nothing starts either way%n", impossible);
    System.exit(different == 0 && !seen.isEmpty() ? 0 : 1);
  }

  /** A result, or the code of an error. */
  private record Outcome(Object result, String error) {
    boolean isLike(Outcome other) {
      if (error != null || other.error != null) return Objects.equals(error, other.error);
      return same(result, other.result);
    }

    /** The reference implementation reads 30 February as 2 March, which a check then refuses; this one does not read it. */
    boolean isRefusalOf(Outcome other) {
      return Boolean.TRUE.equals(result) && other.error != null && other.error.startsWith("java.time.");
    }
  }

  private static Outcome evaluate(Map<?, ?> recorded) {
    try {
      Jsonata expression = jsonata((String) recorded.get("expression"));
      Jsonata.Frame frame = expression.createFrame();
      frame.setRuntimeBounds(5000, 100);
      for (Map.Entry<?, ?> binding : ((Map<?, ?>) recorded.get("bindings")).entrySet()) frame.bind((String) binding.getKey(), binding.getValue());
      bindFunctions(frame, new ArrayDeque<>((List<?>) recorded.get("draws")));
      return new Outcome(expression.evaluate(null, frame), null);
    } catch (JException error) {
      return new Outcome(null, error.getError());
    } catch (Throwable error) {
      return new Outcome(null, error.toString());
    }
  }

  /** Those that Step Functions adds; the clock and the dice give what they gave. */
  private static void bindFunctions(Jsonata.Frame frame, Deque<Object> draws) {
    frame.bind("millis", Jsonata.function("millis", () -> draws.remove(), "<:n>"));
    frame.bind("uuid", Jsonata.function("uuid", () -> draws.remove(), "<:s>"));
    frame.bind("now", Jsonata.function("now", (String picture, String zone) -> draws.remove(), "<s?s?:s>"));
    frame.bind("random", Jsonata.function("random", (Number seed) -> draws.remove(), "<n?:n>"));
    frame.bind("parse", Jsonata.function("parse", (String text) -> text == null ? null : Json.parseJson(text), "<s?:x>"));
    frame.bind("hash", Jsonata.function("hash", (String text, String algorithm) -> text == null ? null : digest(algorithm, text), "<s?s?:s>"));
  }

  private static String digest(String algorithm, String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException error) {
      throw new IllegalArgumentException(error);
    }
  }

  /** Equal as JSON: 1 is 1.0. */
  private static boolean same(Object one, Object other) {
    if (isNull(one) || isNull(other)) return isNull(one) && isNull(other);
    if (one instanceof Number a && other instanceof Number b) return a.doubleValue() == b.doubleValue();
    if (one instanceof List<?> a && other instanceof List<?> b) {
      if (a.size() != b.size()) return false;
      for (int index = 0; index < a.size(); index += 1) if (!same(a.get(index), b.get(index))) return false;
      return true;
    }
    if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
      Map<Object, Object> rest = new HashMap<>(b);
      for (Map.Entry<?, ?> entry : a.entrySet()) if (!rest.containsKey(entry.getKey()) || !same(entry.getValue(), rest.remove(entry.getKey()))) return false;
      return rest.isEmpty();
    }
    return one.equals(other);
  }

  private static boolean isNull(Object value) {
    return value == null || value == Jsonata.NULL_VALUE;
  }
}
