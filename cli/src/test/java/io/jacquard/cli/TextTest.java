package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.spi.Backend;
import io.jacquard.spi.BackendProvider;
import io.jacquard.spi.Backends;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;
import io.jacquard.train.Epoch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** Every text that is not a message, letter by letter. */
class TextTest {
  static Epoch epoch(int number, boolean complete) {
    SequencedMap<String, Double> values = new LinkedHashMap<>();
    values.put("accuracy", 0.96325);
    values.put("loss", 0.125);
    if (complete) {
      values.put("val_accuracy", 0.9585);
      values.put("val_loss", 0.14975);
    }
    return new Epoch(number, values, 1.5, 36_000, complete);
  }

  @Test
  void aPlainLineAnEpoch() {
    assertEquals("Epoch 2/5 · 1.5s · 0.89ms/step · accuracy 0.9633 · loss 0.1250 · val_accuracy 0.9585 · "
        + "val_loss 0.1498", PlainLine.text(epoch(2, true), 5, 1688, 1688));
    assertEquals("Epoch 3/5 (stopped at step 12 of 1688) · 1.5s · 125ms/step · accuracy 0.9633 · loss 0.1250",
        PlainLine.text(epoch(3, false), 5, 12, 1688));
  }

  @Test
  void aProgressLineFillsTheTerminalAndNoMore() {
    assertEquals(" 422/1688 ━━━━━━━─────────────────────── ETA 3s · loss 0.4790",
        ProgressLine.text(422, 1688, "ETA 3s · loss 0.4790", 100, true));
    assertEquals(" 422/1688 ━━────── ETA 3s · loss 0.4790",
        ProgressLine.text(422, 1688, "ETA 3s · loss 0.4790", 40, true));
    assertEquals("1688/1688 ETA 3s · loss 0",
        ProgressLine.text(1688, 1688, "ETA 3s · loss 0.4790", 26, true));
    assertEquals("1688/1688 3s · loss 0.4790", ProgressLine.text(1688, 1688, "3s · loss 0.4790", 20, false));
    assertEquals("1/1 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 3s", ProgressLine.text(1, 1, "3s", 80, true));
  }

  @Test
  void whereATrainingGoesOn() {
    assertEquals(
        List.of("Going on in the first epoch.", "Going on after 1 epoch.", "Going on after 2 epochs."),
        List.of(PlainLine.goingOn(0), PlainLine.goingOn(1), PlainLine.goingOn(2)));
  }

  @Test
  void durationsAndTimesAsPeopleReadThem() {
    assertEquals(List.of("0.4s", "9.9s", "10s", "59s", "1m 00s", "3m 07s", "1h 00m", "2h 05m"),
        List.of(Format.duration(0.42), Format.duration(9.94), Format.duration(9.96), Format.duration(59.4),
            Format.duration(59.6), Format.duration(187), Format.duration(3599.7), Format.duration(7530)));
    assertEquals(List.of("0.04", "0.42", "4.2", "42"),
        List.of(Format.millis(0.042), Format.millis(0.42), Format.millis(4.2), Format.millis(42)));
    assertEquals("156,000", Format.count(156_000.4));
  }

  @Test
  void probabilitiesAsBars() {
    var classes = List.of("0", "1", "2", "3");
    var probabilities = new float[]{0.05f, 0.75f, 0.2f, 0};
    assertEquals("""
        a.png: 1
          1  ███████████████████████          75.0 %
          2  ██████                           20.0 %
          the other 2                          5.0 %""", Bars.text("a.png", classes, probabilities, 2));
    assertEquals("""
        a.png: 1
          1  ███████████████████████          75.0 %
          2  ██████                           20.0 %
          0  ██                                5.0 %
          3                                    0.0 %""", Bars.text("a.png", classes, probabilities, 4));
    assertEquals("""
        a.png: 0
          0  ██████████████████████████████  100.0 %
          the other 1                          0.0 %""",
        Bars.text("a.png", List.of("0", "1"), new float[]{1, 0}, 1));
  }

  @Test
  void historyAsCsv() {
    assertEquals("""
        epoch,accuracy,loss,val_accuracy,val_loss,seconds,images_per_second,complete
        1,0.96325,0.125,0.9585,0.14975,1.5,36000.0,true
        2,0.96325,0.125,,,1.5,36000.0,false
        """, HistoryFile.text(List.of(epoch(1, true), epoch(2, false)), "images"));
  }

  @Test
  void devicesWithReasonsAndCures() {
    var two = new Probe.Available(
        List.of(new DeviceInfo("opencl", 0, "Big GPU, 24 GB", 0, true),
            new DeviceInfo("opencl", 1, "Small GPU", 0, false)));
    var none = new Probe.Unavailable("no NVIDIA driver was found", "install one");
    assertEquals(
        """
            Device    State
            opencl    available      Big GPU, 24 GB
            opencl:1  available      Small GPU
            cuda      not available  no NVIDIA driver was found
                                     to use it, install one
            cpu       not available  the backend is not on the class path
                                     to use it, add the module jacquard-backend-cpu if your version of Jacquard has it
            '--backend auto' takes opencl.""",
        DevicesCommand.table(new Backends(List.of(new Fixed("cuda", 1, none), new Fixed("opencl", 2, two)))));
  }

  private record Fixed(String name, int priority, Probe probe) implements BackendProvider {
    @Override
    public Backend open(int ordinal, OpenOptions options) {
      throw new AssertionError("listing opens nothing");
    }
  }
}
