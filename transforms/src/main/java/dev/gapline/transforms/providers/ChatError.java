package dev.gapline.transforms.providers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.FailureCategory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a server's error means. The error is the {@code error} member of its body: an object with
 * {@code message}, {@code type} and {@code code}, a bare text, or missing.
 */
final class ChatError {

  private static final Set<String> FILTER_CODES =
      Set.of("content_filter", "content_policy_violation", "responsibleaipolicyviolation");

  /** Codes that servers send without a status of their own: inside a 200, or in a wrong one. */
  private static final Map<String, FailureCategory> CODES =
      Map.of(
          "invalid_api_key", FailureCategory.AUTH,
          "authentication_error", FailureCategory.AUTH,
          "context_length_exceeded", FailureCategory.BAD_REQUEST,
          "invalid_request_error", FailureCategory.BAD_REQUEST,
          "model_not_found", FailureCategory.NO_MODEL,
          "insufficient_quota", FailureCategory.AUTH,
          "rate_limit_exceeded", FailureCategory.RATE_LIMITED,
          "server_error", FailureCategory.SERVER_ERROR,
          "internal_error", FailureCategory.SERVER_ERROR,
          "overloaded_error", FailureCategory.SERVER_ERROR);

  private ChatError() {}

  /** The category of an error that came with a status of its own. */
  static FailureCategory category(int status, JsonNode error) {
    if (isFilter(error)) {
      return FailureCategory.CONTENT_FILTER;
    }
    if (status == 429 && codes(error).contains("insufficient_quota")) {
      return FailureCategory.AUTH;
    }
    if (status == 400 && codes(error).contains("api_key_invalid")) {
      return FailureCategory.AUTH;
    }
    if (status == 400 && codes(error).contains("failed_precondition")) {
      return FailureCategory.NO_MODEL; // Google's word for a region that is not served.
    }
    return switch (status) {
      case 401, 402, 403 -> FailureCategory.AUTH;
      case 404 -> FailureCategory.NO_MODEL;
      case 408 -> FailureCategory.TIMEOUT;
      case 409 -> FailureCategory.SERVER_ERROR;
      case 429 -> FailureCategory.RATE_LIMITED;
      default -> status >= 500 ? FailureCategory.SERVER_ERROR : FailureCategory.BAD_REQUEST;
    };
  }

  /** The category of an error that came with a 200. */
  static FailureCategory category(JsonNode error) {
    if (isFilter(error)) {
      return FailureCategory.CONTENT_FILTER;
    }
    int status = error.path("code").asInt(0);
    if (status >= 400 && status < 600) {
      return category(status, error);
    }
    Optional<FailureCategory> known =
        codes(error).stream().filter(CODES::containsKey).map(CODES::get).findFirst();
    return known.orElse(FailureCategory.MALFORMED);
  }

  /** What happened, for a person. */
  static String message(int status, JsonNode error, String body) {
    String said = error.isTextual() ? error.textValue() : error.path("message").asText("");
    String code = error.path("code").asText("");
    String hint =
        code.equals("insufficient_quota")
            ? " (no credit is left; waiting does not help)"
            : status == 429 || status < 300 || status >= 400 ? "" : " (redirects are not followed)";
    return "HTTP %d%s%s: %s"
        .formatted(status, hint, code.isEmpty() ? "" : " " + code, said.isEmpty() ? body : said);
  }

  /** By its code, or by the list of reasons that a router sends with a flagged input (a 403). */
  private static boolean isFilter(JsonNode error) {
    return codes(error).stream().anyMatch(FILTER_CODES::contains)
        || !error.path("metadata").path("flagged_input").isMissingNode();
  }

  private static List<String> codes(JsonNode error) {
    return List.of(
        // Google's form: details with a reason of their own.
        error.path("details").path(0).path("reason").asText("").toLowerCase(Locale.ROOT),
        error.path("code").asText("").toLowerCase(Locale.ROOT),
        error.path("type").asText("").toLowerCase(Locale.ROOT),
        error.path("status").asText("").toLowerCase(Locale.ROOT),
        error.path("innererror").path("code").asText("").toLowerCase(Locale.ROOT));
  }
}
