namespace LeafSeg.Common.Messages;

/// <summary>Writes and reads the messages as UTF-8 JSON with snake_case names.</summary>
public static class MessageJson
{
    public static byte[] Write(CaptureResult message) => throw new NotImplementedException();

    public static byte[] Write(PlantState message) => throw new NotImplementedException();

    public static byte[] Write(RigInfo message) => throw new NotImplementedException();

    public static byte[] Write(RigHealth message) => throw new NotImplementedException();

    public static byte[] Write(Alarm message) => throw new NotImplementedException();

    public static CaptureResult ReadCapture(ReadOnlySpan<byte> utf8Json) => throw new NotImplementedException();
}
