package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import java.net.URI;
import java.util.Map;

/**
 * How one interface of a provider is spoken: what a request is on the wire, and what a reply means.
 * Pure: it makes no call, keeps no state, and sends exactly the request's messages and parameters.
 * Made from a model, whose address and parameters it checks when it is made.
 */
interface Wire {

  /** Where a request is posted. */
  URI address(Request request);

  /** The headers that every call bears beside its content type; the key's among them. */
  Map<String, String> headers(Key key);

  /** The body in UTF-8. */
  byte[] body(Request request);

  /**
   * The answer, or why there is none, after one attempt; messages still have to be cleared of keys.
   * Whatever the server has made of it: nothing is thrown.
   */
  Completion read(int status, byte[] body);

  /** The body of a short answer in this interface's form, by which a client warms itself. */
  String example();
}
