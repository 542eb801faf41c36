package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportedModelTest {

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, gpt-4o",
    "GPT-4o, gpt-4O",
    "gpt-4o, gpt-4o-2024-08-06",
    "gpt-4o-2024-08-06, gpt-4o",
    "gpt-4, gpt-4-0613",
    "command-r, command-r-08-2024",
    "gemini-2.5-pro, gemini-2.5-pro-preview-06-05",
    "claude-sonnet-4, claude-sonnet-4@20250514",
    "claude-sonnet-4, claude-sonnet-4-20250514-v1:0",
    "llama3, llama3:latest",
    "llama3:8b, llama3:8b@sha256",
    "meta-llama/Llama-3.1-8B-Instruct, Llama-3.1-8B-Instruct",
    "Llama-3.1-8B-Instruct, meta-llama/Llama-3.1-8B-Instruct",
    "one/model, another/model",
    "org/model, org/model:free",
    "subject, /srv/models/subject.gguf",
    "subject, C:\\models\\Subject.gguf",
    "subject, subject-Q4_K_M.gguf",
    "subject, /srv/subject.f16.gguf",
    "subject, /srv/subject-bf16.gguf",
    "subject, /srv/subject-IQ3_XS.gguf",
    "subject, subject-Q8_0-00001-of-00003.gguf",
    "subject.gguf, subject",
    "subject, sim/subject"
  })
  void theSameNameAndAVersionOfItAreTheModelAsked(String asked, String reported) {
    assertFalse(ReportedModel.isOther(asked, reported));
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, gpt-4o-mini",
    "gpt-4o, gpt-4o-mini-2024-07-18",
    "gpt-4o-2024-05-13, gpt-4o-2024-08-06",
    "gpt-4, gpt-4.1",
    "gpt-4, gpt-4-32k",
    "gpt-4o, chatgpt-4o",
    "llama-3, llama-3-70b",
    "llama3:8b, llama3:70b",
    "wrong-model-name, another-2025-01-01",
    "org/model, org/other",
    "subject, /srv/models/another.gguf",
    "subject, /srv/subject/weights.gguf",
    "subject, my-subject.gguf"
  })
  void anotherNameIsAnotherModel(String asked, String reported) {
    assertTrue(ReportedModel.isOther(asked, reported));
  }

  @ParameterizedTest
  @CsvSource(
      value = {"subject, null", "subject, ''", "subject, ' '"},
      nullValues = "null")
  void aProviderThatNamesNoModelSaysNothing(String asked, String reported) {
    assertFalse(ReportedModel.isOther(asked, reported));
  }
}
