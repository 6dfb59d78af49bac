namespace LeafSeg.ModelTraining.Faults;

/// <summary>A setting that cannot be used; the message has its full name, what was found and what was expected.</summary>
internal sealed class SettingsException(string message) : Exception(message);
