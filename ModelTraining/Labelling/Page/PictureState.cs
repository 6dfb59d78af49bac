namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>How far a picture's labels are.</summary>
internal enum PictureState
{
    /// <summary>The model has not looked yet.</summary>
    Waiting,

    /// <summary>The model's leaves, or those of the model on the rig that took the picture; nobody has changed them.</summary>
    Drafted,

    /// <summary>Corrected, and not yet found right.</summary>
    Edited,

    /// <summary>Another program's labels.</summary>
    Labelled,

    /// <summary>Found right.</summary>
    Accepted,

    /// <summary>Changed or accepted, and the disk has refused it.</summary>
    Unsaved,

    /// <summary>Picture or labels cannot be used.</summary>
    Unusable,
}
