package dev.gapline.pipeline.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a person is told of a job that failed. */
final class FlinkClusterTest {

  @Test
  void theSentenceOfAWorkerIsWhatIsSaidOfItsStack() {
    assertEquals(
        Optional.of(
            "1@a cannot work on /o: FileSystemException: /o/ledger/001/workers: Read-only file system."),
        FlinkCluster.sentence(
            """
            java.lang.IllegalStateException: 1@a cannot work on /o: java.nio.file.FileSystemException: /o/ledger/001/workers: Read-only file system
            	at dev.gapline.Somewhere.setup(Somewhere.java:1)
            Caused by: org.apache.flink.runtime.execution.SuppressRestartsException: Unrecoverable failure.
            	... 2 more
            Caused by: java.lang.IllegalStateException: 1@a cannot work on /o: java.nio.file.FileSystemException: /o/ledger/001/workers: Read-only file system
            	... 3 more
            Caused by: java.nio.file.FileSystemException: /o/ledger/001/workers: Read-only file system
            	at java.base/sun.nio.fs.UnixException.translateToIOException(Unknown Source)
            """));
  }

  @Test
  void whereThereIsNoneOfOursTheLowestFaultIsSaid() {
    assertEquals(
        Optional.of("TimeoutException: Heartbeat of TaskManager with id 7 timed out."),
        FlinkCluster.sentence(
            """
            org.apache.flink.runtime.JobException: Recovery is suppressed by a strategy
            	at org.apache.flink.Some.thing(Some.java:1)
            Caused by: java.util.concurrent.TimeoutException: Heartbeat of TaskManager with id 7 timed out.
            	... 2 more
            """));
  }

  @Test
  void whatLiesBelowASentenceAndIsNotInItIsSaidToo() {
    assertEquals(
        Optional.of("A call ended strangely. (NullPointerException: none)."),
        FlinkCluster.sentence(
            """
            java.lang.Exception: Could not run
            Caused by: java.lang.IllegalStateException: A call ended strangely.
            Caused by: java.lang.NullPointerException: none
            """));
    assertEquals(
        Optional.of("Exception: ends."), FlinkCluster.sentence("java.lang.Exception: ends"));
  }

  @Test
  void aJobWithoutAFaultSaysNothing() {
    assertEquals(Optional.empty(), FlinkCluster.sentence(""));
  }

  @Test
  void aJobThatWasCancelledHasNoFault() throws IOException {
    byte[] body = "{\"root-exception\":null}".getBytes(StandardCharsets.UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/jobs/id/exceptions",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      FlinkCluster cluster = new FlinkCluster("127.0.0.1:" + server.getAddress().getPort());
      assertEquals(Optional.empty(), cluster.fault("id"));
    } finally {
      server.stop(0);
    }
  }
}
