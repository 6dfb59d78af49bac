namespace LeafSeg.Common.Imaging;

/// <summary>A picture file that cannot be used; the message states which, what was found and what was expected.</summary>
public sealed class ImageFileException : Exception
{
    /// <summary>What was found, what was expected, what to do.</summary>
    public ImageFileException(string message)
        : base(message)
    {
    }

    /// <summary>With the error below it.</summary>
    public ImageFileException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without a message; for serialisers.</summary>
    public ImageFileException()
    {
    }
}
