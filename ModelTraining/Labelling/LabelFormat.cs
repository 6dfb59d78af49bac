namespace LeafSeg.ModelTraining.Labelling;

/// <summary>A form in which labelling tools read outlines.</summary>
internal enum LabelFormat
{
    /// <summary>One JSON file of the COCO data set's form, in the folder that datumaro and CVAT look into.</summary>
    Coco,

    /// <summary>A JSON file beside each label picture.</summary>
    Labelme,

    /// <summary>Ultralytics' segmentation text, with the pictures.</summary>
    Yolo,

    /// <summary>"CVAT for images 1.1", one XML file.</summary>
    Cvat,
}
