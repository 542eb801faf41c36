package dev.gapline.pipeline.files;

import dev.gapline.transforms.prompts.WordingGate;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.spi.model.embedding.EmbeddingModelFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/**
 * How near two texts are in meaning, by all-MiniLM-L6-v2 (quantised; Reimers and Gurevych 2019,
 * arXiv 1908.10084), which runs in this process and sends nothing. It is not part of what Gapline
 * comes with: the launcher fetches it for the one command that uses it.
 *
 * <p>It tells a text of another matter, and hardly another text of the same matter: the system
 * messages of two built-in scenarios that train a model to other ends have 0.85, and committed
 * paraphrases of one of them 0.76 to 0.93. So it is a number beside others, and excludes nothing.
 *
 * <p>The encoder was trained on texts of at most 128 tokens, and a system message is longer: a text
 * is cut into groups of whole sentences of at most {@value #WORDS} words, and is the mean of their
 * vectors, each weighing as many as it has words. So it is little told by the order in which a text
 * says things. A sentence longer than that is a group of its own; beyond 510 tokens the library
 * cuts it, and takes the mean in the same way.
 */
public final class SentenceEncoder {

  /** By which the records of a gate call it. */
  static final String NAME = "all-MiniLM-L6-v2-q";

  private static final String ABSENT = "the encoder is not on the class path.";
  private static final int WORDS = 90;
  private static final Pattern AFTER_SENTENCE = Pattern.compile("(?<=[.!?])\\s+|\\n+");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  /** There is no encoder. The message says why, in a sentence. */
  public static final class Unavailable extends Exception {

    private Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** What one text says, as a vector. */
  public static final class Meaning {

    // The sum over the pieces: its cosines are those of the mean.
    private final double[] vector;

    private Meaning(double[] vector) {
      this.vector = vector;
    }

    /**
     * The cosine: 1 for the same text, about 0 for texts that have nothing to do with each other,
     * -1 at least; null when either has no word.
     */
    public Double similarity(Meaning other) {
      double norms = Math.sqrt(product(vector, vector) * product(other.vector, other.vector));
      return norms == 0 ? null : Double.valueOf(product(vector, other.vector) / norms);
    }

    private static double product(double[] one, double[] other) {
      double sum = 0;
      for (int i = 0; i < one.length; i++) {
        sum += one[i] * other[i];
      }
      return sum;
    }
  }

  private record Piece(String text, int words) {}

  private final EmbeddingModel model;

  private SentenceEncoder(EmbeddingModel model) {
    this.model = model;
  }

  /**
   * Loads it: some 25 MB of weights and two native libraries.
   *
   * @throws Unavailable if it is not on the class path, or not for this machine
   */
  public static SentenceEncoder load() throws Unavailable {
    // Its tokenizer would report its use from machines of one cloud, and fetch a build for a GPU.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
    try {
      EmbeddingModelFactory factory =
          ServiceLoader.load(EmbeddingModelFactory.class, SentenceEncoder.class.getClassLoader())
              .findFirst()
              .orElse(null);
      if (factory == null) {
        throw new Unavailable(ABSENT, null);
      }
      return new SentenceEncoder(factory.create());
    } catch (NoClassDefFoundError e) {
      throw new Unavailable(ABSENT, e);
    } catch (LinkageError | ServiceConfigurationError | RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new Unavailable("the encoder cannot be loaded on this machine: " + cause + ".", e);
    }
  }

  /** What a template says, its marks and tags left out. */
  public Meaning of(String template) {
    double[] sum = new double[model.dimension()];
    for (Piece piece : pieces(WordingGate.withoutTags(template))) {
      float[] vector = model.embed(piece.text()).content().vector();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += piece.words() * (double) vector[i];
      }
    }
    return new Meaning(sum);
  }

  private static List<Piece> pieces(String text) {
    List<Piece> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    int words = 0;
    for (String sentence : AFTER_SENTENCE.splitAsStream(text).toList()) {
      int own = (int) SPACE.splitAsStream(sentence).filter(word -> !word.isEmpty()).count();
      if (words > 0 && words + own > WORDS) {
        pieces.add(new Piece(piece.toString(), words));
        piece.setLength(0);
        words = 0;
      }
      piece.append(sentence.strip()).append(own == 0 ? "" : " ");
      words += own;
    }
    if (words > 0) {
      pieces.add(new Piece(piece.toString(), words));
    }
    return pieces;
  }
}
