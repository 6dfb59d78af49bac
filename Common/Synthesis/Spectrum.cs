namespace LeafSeg.Common.Synthesis;

/// <summary>What light a camera sees.</summary>
internal enum Spectrum
{
    Colour,
    Grey,
    Infrared,
    Fluorescence,
    Night,
}
