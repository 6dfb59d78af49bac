using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Training.Reporting;

namespace LeafSeg.ModelTraining.Tests.Training.Reporting;

public sealed class EventFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("leafseg-events-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_checksum_is_the_masked_CRC_32C_of_RFC_3720()
    {
        // The RFC's CRC of 32 zeros is 8a9136aa, and that of "123456789" is e3069283.
        Assert.Equal(Mask(0x8a9136aa), EventFile.MaskedCrc(new byte[32]));
        Assert.Equal(Mask(0xe3069283), EventFile.MaskedCrc("123456789"u8));

        static uint Mask(uint crc) => ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }

    [Fact]
    public void Scalars_and_pictures_can_be_read_back_record_by_record()
    {
        using (EventFile file = new(folder, step: 40))
        {
            file.Add(41, [("loss/mask", 0.25f), ("rate", 1e-3f)]);
            file.Add(41, "validation/plant", new RgbImage(6, 4));
        }

        byte[][] records = [.. Records(File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder, "events.out.tfevents.*"))))];

        Assert.Equal(4, records.Length);
        Assert.Equal("brain.Event:2", Encoding.UTF8.GetString(Fields(records[0])[3][0].Bytes));
        Assert.Equal(41, Fields(records[1])[2][0].Number);
        Assert.Equal(1, Fields(Fields(records[1])[7][0].Bytes)[1][0].Number);
        Assert.Equal(41, Fields(records[2])[2][0].Number);
        Field[] values = Fields(Fields(records[2])[5][0].Bytes)[1];
        Assert.Equal(["loss/mask", "rate"], values.Select(v => Encoding.UTF8.GetString(Fields(v.Bytes)[1][0].Bytes)));
        Assert.Equal([0.25f, 1e-3f], values.Select(v => BitConverter.Int32BitsToSingle((int)Fields(v.Bytes)[2][0].Number)));
        var image = Fields(Fields(Fields(Fields(records[3])[5][0].Bytes)[1][0].Bytes)[4][0].Bytes);
        Assert.Equal((4, 6, 3), (image[1][0].Number, image[2][0].Number, image[3][0].Number));
        Assert.Equal("\u0089PNG", Encoding.Latin1.GetString(image[4][0].Bytes.AsSpan(0, 4)));
    }

    /// <summary>TFRecords, their checksums checked.</summary>
    private static IEnumerable<byte[]> Records(byte[] file)
    {
        for (int place = 0; place < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(place));
            Assert.Equal(EventFile.MaskedCrc(file.AsSpan(place, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(place + 8)));
            byte[] data = file[(place + 12)..(place + 12 + length)];
            Assert.Equal(EventFile.MaskedCrc(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(place + 12 + length)));
            yield return data;
            place += 16 + length;
        }
    }

    private static Dictionary<int, Field[]> Fields(byte[] message)
    {
        CodedInputStream input = new(message);
        List<(int Number, Field Field)> fields = [];
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => new Field(input.ReadInt64(), []),
                WireFormat.WireType.Fixed32 => new Field(input.ReadFixed32(), []),
                WireFormat.WireType.Fixed64 => new Field((long)input.ReadFixed64(), []),
                _ => new Field(0, input.ReadBytes().ToByteArray()),
            }));
        }

        return fields.GroupBy(f => f.Number).ToDictionary(g => g.Key, g => g.Select(f => f.Field).ToArray());
    }

    private readonly record struct Field(long Number, byte[] Bytes);
}
