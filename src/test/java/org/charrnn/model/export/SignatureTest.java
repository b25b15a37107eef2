package org.charrnn.model.export;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

class SignatureTest {
  @TempDir private Path directory;

  /** Protocol buffers before 3.25.5 overflow the stack (CVE-2024-7254). */
  @Test
  void deeplyNestedGroupsAreRejected() throws IOException {
    byte[] starts = new byte[100_000];
    Arrays.fill(starts, (byte) 0x1b); // start of a group: field 3, wire type 3
    UnknownFieldSet entry =
        UnknownFieldSet.newBuilder()
            .addField(
                MetaGraphDef.SIGNATURE_DEF_FIELD_NUMBER,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFrom(starts))
                    .build())
            .build();
    SavedModel model =
        SavedModel.newBuilder()
            .addMetaGraphs(MetaGraphDef.newBuilder().setUnknownFields(entry))
            .build();
    Files.write(directory.resolve("saved_model.pb"), model.toByteArray());
    assertThatThrownBy(() -> Signature.read(directory))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("saved_model.pb is damaged: ");
  }
}
