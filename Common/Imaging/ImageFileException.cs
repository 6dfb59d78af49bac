namespace LeafSeg.Common.Imaging;

/// <summary>A picture file that cannot be used; the message says which, what was found and what was expected.</summary>
public sealed class ImageFileException : Exception
{
    public ImageFileException(string message)
        : base(message)
    {
    }

    public ImageFileException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ImageFileException()
    {
    }
}
