package dev.gapline.transforms;

import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.OfferedTool;
import dev.gapline.schemas.Trial;
import dev.gapline.transforms.providers.Request;
import java.util.List;

/** From a trial and its model to the request as it is sent. */
final class Requests {

  private Requests() {}

  static Request of(
      Trial trial, ModelSpec model, List<Message> messages, List<OfferedTool> tools, long seed) {
    return new Request(
        trial.id(),
        trial.cell().scenario(),
        trial.query(),
        trial.cell().paraphrase(),
        endpoint(model),
        model.name(),
        messages,
        tools,
        trial.cell().temperature(),
        model.maxTokens(),
        seed,
        model.parameters(),
        model.logprobs());
  }

  /** Which server is asked, and through which of its interfaces. */
  static String endpoint(ModelSpec model) {
    if (model.replay() != null) {
      String whose = model.replay().model() == null ? "" : model.replay().model();
      return model.provider() + "|" + model.replay().digest() + "|" + whose;
    }
    String server = model.provider() + "|" + (model.baseUrl() == null ? "" : model.baseUrl());
    return model.api() == null ? server : server + "|" + model.api();
  }
}
