package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Replay;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Trial;
import dev.gapline.schemas.TrialId;
import dev.gapline.transforms.coders.RecordCoder;
import dev.gapline.transforms.stores.Stores;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.util.CoderUtils;

/**
 * Answers that were given before, by the trial that each belongs to: those of a stored run, or of a
 * file of transcripts. They lie in a temporary file; in memory is where.
 */
public final class Transcripts implements AutoCloseable {

  /** How the name of a file of transcripts ends. */
  public static final String FILE = ".jsonl";

  /**
   * One answer.
   *
   * @param trial in the plan of the study that replays it
   * @param messages the conversation before it; null where it was not recorded
   */
  record Transcript(String trial, List<Message> messages, Completion completion) {}

  /** Takes the answers, one by one, as they are read. */
  interface Sink {
    /** Keeps one, unless the trial has one already; says whether it did. */
    boolean add(CellKey cell, String query, String condition, long sample, Answer answer)
        throws IOException;
  }

  /** An answer whose trial stands beside it. */
  record Answer(List<Message> messages, Completion completion) {}

  private static final RecordCoder<Transcript> CODER = RecordCoder.of(Transcript.class);
  private static final int LENGTH_BYTES = 4;

  private final Path file;
  private final FileChannel channel;
  private final Map<Long, Long> positions;

  private Transcripts(Path file, Map<Long, Long> positions) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.positions = positions;
  }

  /**
   * What identifies the answers at that place: the SHA-256 of a file's bytes, or of the digests of
   * a run's parts of {@code trials}.
   *
   * @throws IOException if there are none
   */
  public static String digest(String from) throws IOException {
    if (!from.endsWith(FILE)) {
      return Hashing.hex(
          32,
          RunTranscripts.trials(from).parts().stream()
              .map(StoredPart::digest)
              .toArray(String[]::new));
    }
    try (InputStream in = open(from)) {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, sha).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads all answers that a {@code replay/} model gives in a study.
   *
   * @throws IOException if they cannot be read, an answer stands twice, or they are no longer those
   *     that the study was read with
   */
  public static Transcripts open(ModelSpec model, Study study) throws IOException {
    Replay replay = model.replay();
    if (!digest(replay.from()).equals(replay.digest())) {
      throw new UnreadableTrials(
          "%s: %s is not what it was when the study was read.".formatted(model.id(), replay.from()),
          null);
    }
    Path file = Files.createTempFile("gapline-transcripts", "");
    try {
      Map<Long, Long> positions = new HashMap<>();
      try (Writer writer = new Writer(file, positions)) {
        if (replay.from().endsWith(FILE)) {
          try (InputStream in = open(replay.from())) {
            new TranscriptFile(replay, model.id(), study).read(in, writer);
          }
        } else {
          new RunTranscripts(replay, model.id()).read(writer);
        }
      }
      return new Transcripts(file, positions);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private static InputStream open(String from) throws IOException {
    int slash = from.lastIndexOf('/');
    return Channels.newInputStream(
        Stores.open(from.substring(0, slash + 1)).open(from.substring(slash + 1)));
  }

  /** The answer of that trial. */
  Optional<Transcript> of(TrialId trial) throws IOException {
    Long position = positions.get(Place.high(trial.text()));
    if (position == null) {
      return Optional.empty();
    }
    ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES);
    channel.read(length, position);
    ByteBuffer bytes = ByteBuffer.allocate(length.getInt(0));
    for (int read = 0; bytes.hasRemaining() && read >= 0; ) {
      read = channel.read(bytes, position + LENGTH_BYTES + bytes.position());
    }
    Transcript transcript = CoderUtils.decodeFromByteArray(CODER, bytes.array());
    return transcript.trial().equals(trial.text()) ? Optional.of(transcript) : Optional.empty();
  }

  /** How many of a plan's trials of that model have an answer here. */
  public long held(StudyPlan plan, String model) {
    long held = 0;
    for (long place = 0; place < plan.trials(); place++) {
      Trial trial = plan.trial(place);
      if (trial.cell().model().equals(model)
          && positions.containsKey(Place.high(trial.id().text()))) {
        held++;
      }
    }
    return held;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }

  /** Writes the file, and remembers where each answer lies. */
  private static final class Writer implements Sink, AutoCloseable {

    private final DataOutputStream out;
    private final Map<Long, Long> positions;
    private long position;

    Writer(Path file, Map<Long, Long> positions) throws IOException {
      this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
      this.positions = positions;
    }

    @Override
    public boolean add(CellKey cell, String query, String condition, long sample, Answer answer)
        throws IOException {
      String trial = Trial.idOf(cell, query, condition, sample).text();
      byte[] bytes =
          CoderUtils.encodeToByteArray(
              CODER, new Transcript(trial, answer.messages(), answer.completion()));
      if (positions.putIfAbsent(Place.high(trial), position) != null) {
        return false;
      }
      out.writeInt(bytes.length);
      out.write(bytes);
      position += LENGTH_BYTES + bytes.length;
      return true;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
