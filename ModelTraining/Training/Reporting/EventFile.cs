using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Training.Reporting;

/// <summary>
/// A TensorBoard event file: records of TensorFlow's Event message (event.proto, summary.proto), framed as TFRecords with
/// masked CRC-32C (Castagnoli). Point TensorBoard at the run's folder, or at the folder of several runs.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const string Prefix = "events.out.tfevents.";
    private const int EventWallTime = 1, EventStep = 2, EventFileVersion = 3, EventSummary = 5, EventSessionLog = 7;
    private const int SessionStatus = 1, SessionStart = 1;
    private const int SummaryValue = 1, ValueTag = 1, ValueNumber = 2, ValueImage = 4;
    private const int ImageHeight = 1, ImageWidth = 2, ImageColourSpace = 3, ImageEncoded = 4, Rgb = 3;
    private const uint MaskDelta = 0xa282ead8;

    private readonly FileStream file;

    /// <param name="folder">Of the run.</param>
    /// <param name="step">The steps done: a reader forgets what earlier files say of later steps.</param>
    public EventFile(string folder, int step)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{now / 1000}.leafseg.{now % 1000:D3}.{Environment.ProcessId}");
        file = new FileStream(Path.Combine(folder, name), FileMode.Create, FileAccess.Write, FileShare.Read);
        Write(Message(e => e.WriteString(EventFileVersion, "brain.Event:2")));
        Write(Message(e =>
        {
            e.WriteInt64(EventStep, step + 1);
            e.WriteMessage(EventSessionLog, log => log.WriteInt64(SessionStatus, SessionStart));
        }));
    }

    /// <summary>Whether a file's name is one of ours.</summary>
    public static bool IsNamedAsOne(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) && name.Contains(".leafseg.", StringComparison.Ordinal);

    public void Add(int step, IReadOnlyList<(string Tag, float Value)> scalars) => AddSummary(step, summary =>
    {
        foreach ((string tag, float value) in scalars)
        {
            summary.WriteMessage(SummaryValue, v =>
            {
                v.WriteString(ValueTag, tag);
                v.WriteFloat(ValueNumber, value);
            });
        }
    });

    public void Add(int step, string tag, RgbImage picture) => AddSummary(step, summary => summary.WriteMessage(SummaryValue, v =>
    {
        v.WriteString(ValueTag, tag);
        v.WriteMessage(ValueImage, image =>
        {
            image.WriteInt64(ImageHeight, picture.Height);
            image.WriteInt64(ImageWidth, picture.Width);
            image.WriteInt64(ImageColourSpace, Rgb);
            image.WriteBytes(ImageEncoded, ImageFile.Encode(picture, ".png"));
        });
    }));

    public void Flush() => file.Flush();

    public void Dispose() => file.Dispose();

    /// <summary>The checksum of a TFRecord: CRC-32C, turned and shifted so that a checksum of data with checksums in it stays one.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }

    private void AddSummary(int step, Action<ProtoWriter> write) => Write(Message(e =>
    {
        e.WriteInt64(EventStep, step);
        e.WriteMessage(EventSummary, write);
    }));

    private static byte[] Message(Action<ProtoWriter> write) => ProtoWriter.Message(e =>
    {
        e.WriteDouble(EventWallTime, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);
        write(e);
    });

    /// <summary>Length, its checksum, the data, its checksum; all little-endian.</summary>
    private void Write(byte[] data)
    {
        Span<byte> length = stackalloc byte[8];
        Span<byte> crc = stackalloc byte[4];
        BinaryPrimitives.WriteInt64LittleEndian(length, data.Length);
        file.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, MaskedCrc(length));
        file.Write(crc);
        file.Write(data);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, MaskedCrc(data));
        file.Write(crc);
    }

    /// <summary>The few wire types of protocol buffers that an event needs.</summary>
    private sealed class ProtoWriter(CodedOutputStream output)
    {
        public static byte[] Message(Action<ProtoWriter> write)
        {
            using MemoryStream stream = new();
            using (CodedOutputStream output = new(stream, leaveOpen: true))
            {
                write(new ProtoWriter(output));
            }

            return stream.ToArray();
        }

        public void WriteInt64(int field, long value)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteInt64(value);
        }

        public void WriteDouble(int field, double value)
        {
            output.WriteTag(field, WireFormat.WireType.Fixed64);
            output.WriteDouble(value);
        }

        public void WriteFloat(int field, float value)
        {
            output.WriteTag(field, WireFormat.WireType.Fixed32);
            output.WriteFloat(value);
        }

        public void WriteString(int field, string value)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(value);
        }

        public void WriteBytes(int field, byte[] value)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(value));
        }

        public void WriteMessage(int field, Action<ProtoWriter> write) => WriteBytes(field, Message(write));
    }
}
