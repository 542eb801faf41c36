package dev.gapline.transforms.providers;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** A response body in memory, read no further than its limit. */
final class LimitedBody implements BodySubscriber<byte[]> {

  private final BodySubscriber<byte[]> bytes = BodySubscribers.ofByteArray();
  private final long limit;
  private long size;
  private Subscription subscription;

  LimitedBody(long limit) {
    this.limit = limit;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return bytes.getBody();
  }

  @Override
  public void onSubscribe(Subscription newSubscription) {
    subscription = newSubscription;
    bytes.onSubscribe(newSubscription);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      size += buffer.remaining();
    }
    if (size <= limit) {
      bytes.onNext(buffers);
    } else {
      subscription.cancel();
      bytes.onError(new TooLarge(limit));
    }
  }

  @Override
  public void onError(Throwable thrown) {
    bytes.onError(thrown);
  }

  @Override
  public void onComplete() {
    bytes.onComplete();
  }

  /** The body was larger than its limit. */
  static final class TooLarge extends IOException {

    private static final long serialVersionUID = 1;

    TooLarge(long limit) {
      super("The answer is larger than %d bytes.".formatted(limit));
    }
  }
}
