package dev.gapline.transforms.providers;

import java.util.Locale;
import java.util.regex.Pattern;

/** Whether the model that a provider says has answered is the one that was asked. */
public final class ReportedModel {

  /** What follows the last slash, of either kind: {@code org/model}, a server's file. */
  private static final Pattern PATH = Pattern.compile("^.*[/\\\\]");

  /** The format of a file, and how it is quantised. */
  private static final Pattern FILE =
      Pattern.compile("([-.](i?q\\d\\w*|b?f(p)?\\d+))?(-\\d{5}-of-\\d{5})?\\.gguf$");

  /** A tag, a revision, a date, a number of at least three digits or a version. */
  private static final Pattern VERSION =
      Pattern.compile(
          "([:@].+"
              + "|-\\d{4}-\\d{2}-\\d{2}|-\\d{2}-\\d{4}|-\\d{2}-\\d{2}|-\\d{3,}"
              + "|-v\\d+(\\.\\d+)*|-latest|-preview)+");

  private ReportedModel() {}

  /**
   * Whether the reported model is clearly another: neither the same name, in any case, nor one that
   * differs by a version alone. A provider that reports none says nothing.
   */
  public static boolean isOther(String asked, String reported) {
    return reported != null && !reported.isBlank() && !isSame(plain(asked), plain(reported));
  }

  private static boolean isSame(String one, String other) {
    return differByVersion(one, other)
        || differByVersion(
            PATH.matcher(one).replaceFirst(""), PATH.matcher(other).replaceFirst(""));
  }

  private static boolean differByVersion(String one, String other) {
    return one.equals(other) || extendsByVersion(one, other) || extendsByVersion(other, one);
  }

  private static boolean extendsByVersion(String name, String longer) {
    return longer.startsWith(name) && VERSION.matcher(longer.substring(name.length())).matches();
  }

  private static String plain(String name) {
    return FILE.matcher(name.strip().toLowerCase(Locale.ROOT)).replaceFirst("");
  }
}
