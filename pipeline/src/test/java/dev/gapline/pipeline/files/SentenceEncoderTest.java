package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Scenario;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SentenceEncoderTest {

  private static final String UNRELATED =
      "The old mill stands where the river bends. Its wheel turned until the flood of that spring,"
          + " and the grain was carried to the next valley ever since. Children say that a heron"
          + " nests under the roof; the miller's grandson says that it is a stork.";

  /** Everything but what begins so. */
  private static final class Without extends URLClassLoader {

    private final String left;

    Without(URL[] classPath, String left) {
      super(classPath, ClassLoader.getPlatformClassLoader());
      this.left = left;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith(left)) {
        throw new ClassNotFoundException(name);
      }
      return super.findClass(name);
    }
  }

  @Test
  void theSameTextIsAsNearAsCanBeAndAParaphraseNearerThanAnotherText() throws Exception {
    SentenceEncoder encoder = SentenceEncoder.load();
    Scenario scenario = Scenarios.builtIn().read("animal-welfare");
    String text = ScenarioText.wording(scenario, "base").system();
    SentenceEncoder.Meaning base = encoder.of(text);
    assertEquals(1.0, base.similarity(encoder.of(text)), 1e-6);
    double unrelated = base.similarity(encoder.of(UNRELATED));
    assertTrue(unrelated < 0.3, unrelated + "");
    for (Paraphrase wording : scenario.paraphrases()) {
      double similarity = base.similarity(encoder.of(wording.system()));
      assertTrue(similarity > unrelated + 0.4, wording.id() + ": " + similarity);
    }
  }

  @Test
  void allOfALongTextIsCompared() throws Exception {
    SentenceEncoder encoder = SentenceEncoder.load();
    String text = "We keep bees and sell their honey at the market. ".repeat(60);
    double same = encoder.of(text).similarity(encoder.of(text + text));
    assertTrue(same > 0.99, same + "");
    double half = encoder.of(text).similarity(encoder.of(text + UNRELATED.repeat(12)));
    assertTrue(half < 0.95, half + "");
  }

  @Test
  void marksAndTagsSayNothingAndNoWordsAreLikeNothing() throws Exception {
    SentenceEncoder encoder = SentenceEncoder.load();
    SentenceEncoder.Meaning plain = encoder.of("Hello there.");
    assertEquals(1.0, plain.similarity(encoder.of("{{#a.full}}Hello there.{{/a.full}} <X>")), 1e-6);
    assertNull(plain.similarity(encoder.of("<X> {{query}}")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev.langchain4j.", "dev.langchain4j.model.embedding.onnx.", "ai."})
  void whereItIsNotOnTheClassPathASentenceSaysSo(String left) throws Exception {
    URL[] classPath =
        Pattern.compile(File.pathSeparator, Pattern.LITERAL)
            .splitAsStream(System.getProperty("java.class.path"))
            .map(SentenceEncoderTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader without = new Without(classPath, left)) {
      Method load = without.loadClass(SentenceEncoder.class.getName()).getMethod("load");
      Throwable unavailable =
          assertThrows(InvocationTargetException.class, () -> load.invoke(null)).getCause();
      assertEquals(SentenceEncoder.Unavailable.class.getName(), unavailable.getClass().getName());
      assertTrue(unavailable.getMessage().startsWith("the encoder "), unavailable.getMessage());
    }
  }

  @Test
  void itsRuntimeHasNoCollectorOfUse() throws IOException {
    try (InputStream library =
        OrtEnvironment.class.getResourceAsStream("native/linux-x64/libonnxruntime.so")) {
      String bytes = new String(library.readAllBytes(), StandardCharsets.ISO_8859_1);
      assertFalse(bytes.contains("ORT_DISABLE_TELEMETRY"), "a version that reports its use");
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }
}
