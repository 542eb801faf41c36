package dev.gapline.transforms;

import java.lang.reflect.InvocationTargetException;

/**
 * Marks a fault that another try would meet again, so that a cluster ends the job and does not try
 * for ever. The mark is Flink's, reached by its name because nothing here knows a runner; where
 * there is none, the fault goes as it is.
 */
final class NotAgain {

  private static final String MARK = "org.apache.flink.runtime.execution.SuppressRestartsException";

  private NotAgain() {}

  /** The fault in that sentence, marked. */
  static IllegalStateException of(String sentence, Exception fault) {
    IllegalStateException told = new IllegalStateException(sentence, fault);
    try {
      Throwable mark =
          Class.forName(MARK, true, Thread.currentThread().getContextClassLoader())
              .asSubclass(Throwable.class)
              .getConstructor(Throwable.class)
              .newInstance(told);
      return new IllegalStateException(sentence, mark);
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      return told;
    }
  }
}
